/** Where pods go and why, with the real kubectl and nodes that are there in name only: nothing runs on them, and nothing
 *  need. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const LABEL = 'example.com/pool'

describe('scheduling', () => {
  let naru: Installation

  const apply = async (...objects: object[]) => {
    const input = objects.map((object) => JSON.stringify(object)).join('\n')
    expect((await naru.kubectlResult(['apply', '-f', '-'], { input })).stderr).toBe('')
  }
  /** A node that says it is ready, once; it is given up when it has been silent for a minute. */
  const node = async (name: string, spec: object = {}) => {
    await apply({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { [LABEL]: 'a' } }, spec })
    const amounts = { cpu: '2', memory: '4Gi', pods: '20' }
    const status = { capacity: amounts, allocatable: amounts, conditions: [{ type: 'Ready', status: 'True' }] }
    await naru.kubectl('patch', 'node', name, '--subresource=status', '-p', JSON.stringify({ status }))
  }
  const pod = (name: string, cpu: string, spec: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      nodeSelector: { [LABEL]: 'a' },
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'nowhere/none', resources: { requests: { cpu } } }],
      ...spec,
    },
  })
  const getPod = (name: string) => naru.kubectlJson<k8s.Pod>('get', `pod/${name}`)
  const nodeOf = async (name: string) => (await getPod(name)).spec.nodeName
  const why = (...args: string[]) => naru.mustNaru('why', ...args)
  const eventsOf = (name: string) =>
    naru.kubectl(
      'get',
      'events',
      `--field-selector=involvedObject.name=${name}`,
      '-o',
      'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
    )

  beforeAll(async () => {
    naru = await openInstallation({ env: { NARU_RUNTIME: 'process' } })
    await naru.mustNaru('up')
    await node('one')
    await node('closed', { unschedulable: true })
    await apply(
      { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'urgent' }, value: 1000 },
      pod('first', '1500m'),
    )
  })
  afterAll(() => naru?.[Symbol.asyncDispose]())

  it('a placed pod’s scores are told, and what keeps it from the other nodes', async () => {
    await expect.poll(() => nodeOf('first'), { timeout: 20_000 }).toBe('one')
    const text = await why('first')
    expect(text).toMatch(/^Pod default\/first is on node one\.\nJudged by the present state/)
    expect(text).toMatch(/closed +NodeUnschedulable +node\(s\) were unschedulable/)
    expect(text).toMatch(/one +TaintToleration +0 +100 +×3 +300/)
    expect(text).toMatch(/NodeResourcesFit +\d+ +\d+ +×1/)
    expect(text).toMatch(/total +\d+/)
  })

  it('a pod that fits nowhere says so in Kubernetes’ words, and why says them too', async () => {
    await apply(pod('second', '1100m'))
    const message = () => getPod('second').then(({ status }) => status?.conditions?.[0]?.message)
    await expect.poll(message, { timeout: 20_000 }).toMatch(/1 Insufficient cpu/)
    const said = await message()
    expect(said).toMatch(
      /^0\/3 nodes are available: 1 Insufficient cpu, 1 node\(s\) didn't match Pod's node affinity\/selector, 1 node\(s\) were unschedulable\. preemption: 0\/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling\.$/,
    )
    const document = JSON.parse(await why('second', '--json'))
    expect(document).toMatchObject({ name: 'second', message: said })
    expect(document.nodes.find((one: { node: string }) => one.node === 'one')).toMatchObject({
      fits: false,
      refusals: [{ plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], removingPodsCouldHelp: true }],
    })
    expect(await eventsOf('second')).toContain(`FailedScheduling: ${said}`)
  })

  it('a more important pod takes the room of others, which are told', async () => {
    await apply(pod('urgent', '1', { priorityClassName: 'urgent' }))
    await expect.poll(() => nodeOf('urgent'), { timeout: 20_000 }).toBe('one')
    const { metadata } = await getPod('urgent')
    expect(await naru.kubectl('get', 'pods', '-o', 'name')).not.toContain('pod/first')
    expect(await eventsOf('first')).toContain(`Preempted: Preempted by pod ${metadata.uid} on node one`)
  })

  it('a pod with scheduling gates waits for them', async () => {
    await apply(pod('gated', '100m', { schedulingGates: [{ name: 'example.com/wait' }] }))
    expect(await why('gated')).toContain('waits for its scheduling gates to be removed: example.com/wait.')
    await naru.kubectl('patch', 'pod', 'gated', '-p', '{"spec":{"schedulingGates":null}}')
    await expect.poll(() => nodeOf('gated'), { timeout: 20_000 }).toBe('one')
  })

  it('a NoExecute taint drives away who does not bear it', async () => {
    await naru.kubectl('taint', 'node', 'one', 'example.com/out=now:NoExecute')
    await expect
      .poll(() => eventsOf('gated'), { timeout: 20_000 })
      .toContain('TaintManagerEviction: Marking for deletion Pod default/gated')
  })

  it('a pod that is not there is not explained', async () => {
    const unknown = await naru.naru('why', 'secnd')
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('there is no pod "secnd" in namespace default. There is: ')
  })
})
