import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ControllerRun } from '../../../test/harness/controller-run.ts'
import { type k8s, resources } from '../../api/index.ts'
import { templateOf } from '../testing/objects.ts'
import { runDaemonSetController } from './run.ts'

const { daemonsets, pods, nodes, controllerrevisions } = resources
const namespace = 'default'
const ref = { namespace, name: 'agent' }

describe('two revisions of one template', () => {
  let run: ControllerRun
  let first: k8s.ControllerRevision
  beforeEach(async () => {
    run = await ControllerRun.open({ run: runDaemonSetController, account: 'daemon-set-controller' })
    await run.client.create(nodes, { metadata: { name: 'one' }, spec: {} })
    await run.client.patch(nodes, { name: 'one' }, { spec: { taints: null } })
    const selector = { matchLabels: { app: 'web' } }
    await run.client.create(daemonsets, { metadata: ref, spec: { selector, template: templateOf('web:1') } })
    await run.eventually(async () => expect(await podHashes()).toHaveLength(1))
    first = (await revisions())[0]!
  })
  afterEach(() => run[Symbol.asyncDispose]())

  const revisions = async () => (await run.client.list(controllerrevisions, { namespace })).items
  const names = async () => (await revisions()).map(({ metadata }) => metadata.name)
  const podHashes = async () =>
    (await run.client.list(pods, { namespace })).items.map(
      ({ metadata }) => metadata.labels?.['controller-revision-hash'],
    )
  const createCopy = () =>
    run.client.create(controllerrevisions, {
      metadata: {
        namespace,
        name: 'agent-copy',
        labels: { ...first.metadata.labels, 'controller-revision-hash': 'copy' },
        ownerReferences: first.metadata.ownerReferences ?? [],
      },
      data: first.data ?? {},
      revision: first.revision + 1,
    })
  const label = ({ metadata }: k8s.ControllerRevision, key: string) =>
    run.client.patch(controllerrevisions, metadata, { metadata: { labels: { [key]: 'yes' } } })

  it('become the latest when both are some seconds old; pods are of that one at once', async () => {
    await createCopy()
    const madeMs = run.clock.now()
    await label(first, 'asks-for-a-round')
    await run.eventually(async () => expect(await podHashes()).toEqual(['copy']))
    expect(await names()).toEqual([first.metadata.name, 'agent-copy'].toSorted())
    await run.restart()
    await run.eventually(async () => expect(await names()).toEqual(['agent-copy']))
    // Objects know when they were made to the second.
    expect(run.clock.now() - madeMs).toBeGreaterThanOrEqual(9_000)
    expect(await podHashes()).toEqual(['copy'])
  })

  it('stay for who made the second, whatever happens to the daemon set meanwhile', async () => {
    // As the conformance test goes about it, with a round of the controller after each of its steps.
    const step = async (work: Promise<unknown>) => {
      await work
      await run.client.patch(daemonsets, ref, { metadata: { annotations: { at: `${++steps}` } } })
      await run.pass(0)
    }
    let steps = 0
    await step(label(first, 'patched'))
    await step(createCopy())
    expect(await names()).toHaveLength(2)
    await step(run.client.delete(controllerrevisions, first.metadata))
    const [copy] = await revisions()
    await step(label(copy!, 'updated'))
    await step(
      run.client.patch(daemonsets, ref, { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } }),
    )
    expect(await names()).toHaveLength(2)
    await step(run.client.delete(controllerrevisions, copy!.metadata))
    expect((await revisions()).map(({ revision }) => revision)).toEqual([3])
  })
})
