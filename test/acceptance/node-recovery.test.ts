/** A node and its pods when containerd dies and comes back, and when the next version of Naru takes them over. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type k8s, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { type CniConfList } from '../../src/network/host/cni.ts'
import { eventually } from './harness/command.ts'
import type { Installation } from './harness/installation.ts'
import { openNode, type TestNode } from './harness/node.ts'
import { pausePod } from './harness/pause-pods.ts'
import { killRoles } from './harness/processes.ts'
import { isReady, readyOf } from './harness/ready.ts'
import { leasedAddresses } from './harness/strays.ts'

let node: TestNode
let naru: Installation
let client: Client

beforeAll(async () => {
  node = await openNode('pause')
  ;({ naru, client } = node)
})
afterAll(async () => node?.[Symbol.asyncDispose]())

const podOf = (name: string) => client.get<k8s.Pod>(resources.pods, { namespace: 'default', name })
const theNode = async () => (await client.list<k8s.Node>(resources.nodes)).items[0] as k8s.Node
const becomesReady = (name: string) =>
  eventually(`pod ${name} is ready`, async () => {
    const pod = await podOf(name)
    return isReady(pod) && pod
  })

it('a node and its pods are ready all the while that containerd is started again', async () => {
  await client.create(resources.pods, pausePod('steady'))
  const [pod, machine] = [await becomesReady('steady'), await theNode()]
  const heartbeat = async () =>
    (await client.list<k8s.Lease>(resources.leases, { namespace: 'kube-node-lease' })).items[0]?.spec.renewTime
  const before = await heartbeat()
  let fell = Number.POSITIVE_INFINITY
  await eventually(
    'a heartbeat has fallen into the time without containerd, and is over',
    async () => {
      await killRoles(naru.stateDir, ['containerd'])
      if ((await heartbeat()) !== before) fell = Math.min(fell, Date.now())
      return Date.now() > fell + 1_000
    },
    { everyMs: 10 },
  )
  await client.create(resources.pods, pausePod('later'))
  await becomesReady('later')
  expect(readyOf(await theNode())).toMatchObject({
    status: 'True',
    lastTransitionTime: readyOf(machine)?.lastTransitionTime,
  })
  expect((await podOf('steady')).status).toEqual(pod.status)
}, 120_000)

it('a pod that has the address that is the gateway’s now is given another', async () => {
  await leaveLastAddressToPods(naru.stateDir)
  await killRoles(naru.stateDir, ['containerd'])
  await client.create(resources.pods, pausePod('before'))
  const before = await becomesReady('before')
  expect(before.status?.podIP).toBe(GATEWAY)
  await killRoles(naru.stateDir, ['engine'])
  await naru.mustNaru('up')
  const after = await eventually('the pod has another address', async () => {
    const pod = await podOf('before')
    return pod.status?.podIP !== GATEWAY && isReady(pod) && pod
  })
  expect(after.metadata.uid).toBe(before.metadata.uid)
  expect(await leasedAddresses(naru.stateDir)).not.toContain(GATEWAY)
}, 120_000)

const GATEWAY = '10.244.0.254'

/** As versions did that had no address of the gateway's; it is the next to be given. */
async function leaveLastAddressToPods(stateDir: string): Promise<void> {
  const file = join(stateDir, 'network', 'net.d', '10-naru0.conflist')
  const network = JSON.parse(await readFile(file, 'utf8')) as CniConfList
  for (const plugin of network.plugins)
    for (const [range] of (plugin as { ipam?: { ranges: { rangeEnd?: string }[][] } }).ipam?.ranges ?? [])
      delete range?.rangeEnd
  await writeFile(file, JSON.stringify(network))
  const leases = join(stateDir, 'network', 'ipam', 'naru0')
  await mkdir(leases, { recursive: true })
  await writeFile(join(leases, 'last_reserved_ip.0'), '10.244.0.253')
}
