/** What is left of a pod's network when containerd is killed while it makes it. */
import { randomBytes } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type k8s, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { findCniPlugins } from '../../src/host/index.ts'
import { listIfThere } from '../../src/lib/index.ts'
import { containerdPaths } from '../../src/kubelet/containerd/paths.ts'
import { findShims } from '../../src/kubelet/containerd/shims.ts'
import { cniConfList } from '../../src/network/host/cni.ts'
import { parseCidr } from '../../src/network/host/cidr.ts'
import { runProgram } from '../../src/network/host/command.ts'
import { eventually, mustRun } from './harness/command.ts'
import type { Installation } from './harness/installation.ts'
import { openNode, type TestNode, untilClean } from './harness/node.ts'
import { pausePod } from './harness/pause-pods.ts'
import { killRoles } from './harness/processes.ts'
import { isReady } from './harness/ready.ts'
import { leasedAddresses } from './harness/strays.ts'

describe('a killed containerd', () => {
  let node: TestNode
  let naru: Installation
  let client: Client

  beforeAll(async () => {
    node = await openNode('pause')
    ;({ naru, client } = node)
  })
  afterAll(async () => node?.[Symbol.asyncDispose]())

  /** Throws what those are like that do not. */
  const allRun = async (count: number) => {
    const { items } = await client.list<k8s.Pod>(resources.pods, { namespace: 'default' })
    const others = items.filter((pod) => !isReady(pod))
    if (others.length > 0)
      throw new Error(others.map(({ metadata, status }) => JSON.stringify([metadata.name, status])).join('\n'))
    return items.length === count
  }
  const clean = (timeoutMs: number) => untilClean(node, timeoutMs)

  it('leaves an address, rules, interfaces and a namespace, and they are taken back; those of a pod are not', {
    tags: ['long'],
  }, async () => {
    await client.create(resources.pods, pausePod('steady', { hostPort: 18_080 }))
    await eventually('the pod runs', () => allRun(1))
    await clean(10_000)
    const rules = (await natRules()).length
    const leak = await leakNetwork(naru.stateDir)
    expect(await leasedAddresses(naru.stateDir)).toHaveLength(3)
    expect((await natRules()).length).toBeGreaterThan(rules)
    expect(await interfaces()).toContain(leak.interface)

    expect(await killRoles(naru.stateDir, ['containerd'])).toBe(1)
    await clean(90_000)
    expect(await interfaces()).not.toContain(leak.interface)
    expect(await natRules()).toHaveLength(rules)
    expect((await readdir('/var/lib/cni/results')).filter((name) => name.includes(leak.id))).toEqual([])
    expect(await allRun(1)).toBe(true)
    await client.delete(resources.pods, { namespace: 'default', name: 'steady' })
    await clean(30_000)
  })

  it('and a killed shim leave no socket once the pod is gone', async () => {
    // The folder is that of every containerd of the machine.
    const sockets = () => listIfThere('/run/containerd/s')
    const before = await sockets()
    const newSockets = async () => (await sockets()).filter((name) => !before.includes(name))
    await client.create(resources.pods, pausePod('shaken'))
    await eventually('the pod runs', () => allRun(1))
    const { socket } = containerdPaths({ stateDir: naru.stateDir, runDir: join(naru.stateDir, 'run') })
    const [shim] = await findShims(socket)
    process.kill(shim?.process.pid ?? Number.NaN, 'SIGKILL')
    const isMadeAnew = async () => {
      const shims = await findShims(socket)
      return shims.length === 1 && shims[0]?.id !== shim?.id && (await allRun(1))
    }
    await eventually('the pod has another sandbox', isMadeAnew, { timeoutMs: 60_000 })
    expect(await newSockets()).not.toEqual([])
    await client.delete(resources.pods, { namespace: 'default', name: 'shaken' })
    await eventually('the pod is gone', () => allRun(0))
    await clean(30_000)
    expect(await newSockets()).toEqual([])
  })

  it('loses no address while it makes pods, however often it is killed', {
    tags: ['long'],
    timeout: 400_000,
  }, async () => {
    const names = Array.from({ length: 20 }, (_, n) => `storm-${n}`)
    await Promise.all(names.map((name) => client.create(resources.pods, pausePod(name))))
    for (const given of [3, 8, 14]) {
      await eventually(
        `${given} addresses are given`,
        async () => (await leasedAddresses(naru.stateDir)).length >= given,
        {
          everyMs: 10,
        },
      )
      expect(await killRoles(naru.stateDir, ['containerd'])).toBe(1)
      await eventually('containerd is there again', () => naruAnswers(naru), { everyMs: 200 })
    }
    // A call whose answer went with a containerd is given up after two minutes, as the kubelet's own
    // (runtimeRequestTimeout).
    await eventually('all pods run', () => allRun(names.length), { timeoutMs: 180_000, everyMs: 500 })
    await clean(90_000)
    await Promise.all(names.map((name) => client.delete(resources.pods, { namespace: 'default', name })))
    await eventually('all pods are gone', () => allRun(0), { timeoutMs: 60_000 })
    await clean(60_000)
  })
})

const naruAnswers = async ({ stateDir }: Installation) => {
  const { socket } = containerdPaths({ stateDir, runDir: join(stateDir, 'run') })
  await mustRun('ctr', ['--address', socket, 'version'])
  return true
}
const natRules = async () =>
  (await mustRun('iptables-save', ['-t', 'nat'])).split('\n').filter((line) => /CNI-DN-/.test(line))
const interfaces = async () =>
  (await mustRun('ip', ['-o', 'link'])).split('\n').map((line) => line.split(': ')[1]?.split('@')[0])

/** As far as containerd comes before it tells anybody of a sandbox: a namespace, and ADD of the whole chain of plugins. One
 *  more address is as host-local leaves it when it is killed too. */
async function leakNetwork(stateDir: string): Promise<{ id: string; interface: string }> {
  const id = randomBytes(32).toString('hex')
  const netns = join(containerdPaths({ stateDir, runDir: join(stateDir, 'run') }).netns, `cni-${id.slice(0, 8)}`)
  await writeFile(netns, '')
  await mustRun('unshare', [`--net=${netns}`, 'true'])
  const { directory = '' } = await findCniPlugins()
  const dataDir = join(stateDir, 'network', 'ipam')
  const network = cniConfList({ networkName: 'naru0', bridge: 'naru0', podCidr: parseCidr('10.244.0.0/24'), dataDir })
  const env = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: id, CNI_NETNS: netns, CNI_IFNAME: 'eth0', CNI_PATH: directory }
  let prevResult: { interfaces?: { name: string; sandbox?: string }[] } | undefined
  for (const plugin of network.plugins) {
    const runtimeConfig = plugin.capabilities && {
      portMappings: [{ hostPort: 18_081, containerPort: 80, protocol: 'tcp' }],
    }
    const config = { ...plugin, cniVersion: network.cniVersion, name: network.name, prevResult, runtimeConfig }
    prevResult = JSON.parse(await runProgram(join(directory, plugin.type), [], { env, input: JSON.stringify(config) }))
  }
  const record = { kind: 'cniCacheV1', containerId: id, ifName: 'eth0', networkName: 'naru0', result: prevResult }
  await writeFile(join('/var/lib/cni/results', `naru0-${id}-eth0`), JSON.stringify(record))
  const loopback = { ...record, networkName: 'cni-loopback', ifName: 'lo' }
  await writeFile(join('/var/lib/cni/results', `cni-loopback-${id}-lo`), JSON.stringify(loopback))
  await writeFile(join(dataDir, 'naru0', '10.244.0.200'), '')
  return { id, interface: prevResult?.interfaces?.find(({ name }) => name.startsWith('veth'))?.name ?? '' }
}
