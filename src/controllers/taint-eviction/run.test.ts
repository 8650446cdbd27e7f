import { afterEach, beforeEach, expect, test } from 'vitest'
import { ControllerRun } from '../../../test/harness/controller-run.ts'
import { type k8s, resources } from '../../api/index.ts'
import { runTaintEvictionController } from './run.ts'

let run: ControllerRun

beforeEach(async () => {
  run = await ControllerRun.open({ run: runTaintEvictionController, account: 'node-controller' })
  await run.client.create(resources.nodes, { metadata: { name: 'n' }, spec: {} })
  await taint(null)
})
afterEach(() => run[Symbol.asyncDispose]())

async function createPod(name: string, tolerationSeconds?: number): Promise<void> {
  const tolerations =
    tolerationSeconds === undefined ? [] : [{ key: 'out', operator: 'Exists', effect: 'NoExecute', tolerationSeconds }]
  await run.client.create(resources.pods, {
    metadata: { name, namespace: 'default', finalizers: ['example.com/watched'] },
    spec: { nodeName: 'n', containers: [{ name: 'c', image: 'app' }], tolerations },
  })
}

const taint = (value: string | null): Promise<k8s.Node> =>
  run.client.patch(
    resources.nodes,
    { name: 'n' },
    { spec: { taints: value === null ? null : [{ key: 'out', value, effect: 'NoExecute' }] } },
  )

const fate = async (name: string) => {
  const { metadata, status } = await run.client.get(resources.pods, { namespace: 'default', name })
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return { isLeaving: metadata.deletionTimestamp !== undefined, reason: target?.reason, message: target?.message }
}
const EVICTED = {
  isLeaving: true,
  reason: 'DeletionByTaintManager',
  message: 'Taint manager: deleting due to NoExecute taint',
}
const STAYS = { isLeaving: false, reason: undefined, message: undefined }

const events = async () =>
  (await run.client.list(resources.events, { namespace: 'default' })).items.map(
    ({ type, reason, message, source }) => `${type} ${reason} ${source?.component}: ${message}`,
  )

test('a taint makes those leave at once who do not bear it, and others when their time is up', async () => {
  await createPod('at-once')
  await createPod('later', 60)
  await taint('yes')
  await expect.poll(() => fate('at-once')).toEqual(EVICTED)
  await run.clock.advance(30_000)
  expect(await fate('later')).toEqual(STAYS)
  await expect
    .poll(async () => {
      await run.clock.advance(10_000)
      return fate('later')
    })
    .toEqual(EVICTED)
  await expect
    .poll(async () => (await events()).toSorted())
    .toEqual([
      'Normal TaintManagerEviction taint-eviction-controller: Marking for deletion Pod default/at-once',
      'Normal TaintManagerEviction taint-eviction-controller: Marking for deletion Pod default/later',
    ])
})

test('who bears a taint for a while stays when it goes in time', async () => {
  await createPod('lucky', 60)
  await createPod('evicted')
  await taint('yes')
  await expect.poll(() => fate('evicted')).toEqual(EVICTED)
  await taint(null)
  await expect
    .poll(events)
    .toContain('Normal TaintManagerEviction taint-eviction-controller: Cancelling deletion of Pod default/lucky')
  await run.clock.advance(120_000)
  expect(await fate('lucky')).toEqual(STAYS)
})

test('who should have left while nobody looked leaves at the next start', async () => {
  await createPod('late')
  await run.stop()
  await taint('yes')
  expect(await fate('late')).toEqual(STAYS)
  run.start()
  await expect.poll(() => fate('late')).toEqual(EVICTED)
})
