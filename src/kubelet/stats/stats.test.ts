/** What containers use, read from files and told in Kubernetes' documents. */
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import type { k8s } from '../../api/index.ts'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { CriUsage } from '../cri/usage.ts'
import { parseProcessStat, processUsage } from '../process/usage.ts'
import { ProbeTally } from '../probes/probe-tally.ts'
import { RuntimeOperations } from '../runtime/operations.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import type { GroupUsage } from '../runtime/usage.ts'
import { openCgroups } from './cgroup.ts'
import { StatsCollector } from './collector.ts'
import { diskUsage } from './disk-usage.ts'
import { DiskSummaries } from './disk-summary.ts'
import { statsExchange } from './exchange.ts'
import { exposition } from './exposition.ts'
import { type MachineUsage, parseMeminfo, parseStat } from './machine-usage.ts'
import { parseNetDev } from './net-dev.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-stats-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function files(all: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
}

describe('control groups', () => {
  it('of the first version, a folder for each controller', async () => {
    await files({
      'cpuacct/naru/a/cpuacct.usage': '5000000000\n',
      'cpuacct/naru/a/cpuacct.usage_user': '4000000000\n',
      'cpuacct/naru/a/cpuacct.usage_sys': '1000000000\n',
      'cpu/naru/a/cpu.stat': 'nr_periods 10\nnr_throttled 2\nthrottled_time 300\n',
      'memory/naru/a/memory.usage_in_bytes': '1000\n',
      'memory/naru/a/memory.limit_in_bytes': '9223372036854771712\n',
      'memory/naru/a/memory.stat': 'rss 1\ntotal_rss 600\ntotal_cache 400\ntotal_inactive_file 300\ntotal_pgfault 7\n',
      'memory/naru/a/cgroup.procs': '12\n13\n',
      'pids/naru/a/pids.current': '3\n',
    })
    const cgroups = await openCgroups(root)
    expect(await cgroups.usage('/naru/a')).toEqual({
      cpu: {
        usageNanos: 5e9,
        userNanos: 4e9,
        systemNanos: 1e9,
        periods: 10,
        throttledPeriods: 2,
        throttledNanos: 300,
      },
      memory: { usageBytes: 1000, workingSetBytes: 700, rssBytes: 600, cacheBytes: 400, pageFaults: 7 },
      processes: 3,
    })
    expect(await cgroups.processes('/naru/a')).toEqual([12, 13])
    expect(await cgroups.usage('/naru/gone')).toBeUndefined()
  })

  it('of the second version, one folder', async () => {
    await files({
      'cgroup.controllers': 'cpu memory pids\n',
      'naru/a/cpu.stat': 'usage_usec 5000\nuser_usec 4000\nsystem_usec 1000\n',
      'naru/a/memory.current': '1000\n',
      'naru/a/memory.max': '4096\n',
      'naru/a/memory.stat': 'anon 600\nfile 400\ninactive_file 2000\npgfault 7\npgmajfault 1\n',
      'naru/a/pids.current': '3\n',
    })
    const cgroups = await openCgroups(root)
    expect(await cgroups.usage('/naru/a')).toEqual({
      cpu: { usageNanos: 5e6, userNanos: 4e6, systemNanos: 1e6 },
      memory: {
        usageBytes: 1000,
        workingSetBytes: 0,
        rssBytes: 600,
        cacheBytes: 400,
        pageFaults: 7,
        majorPageFaults: 1,
        limitBytes: 4096,
      },
      processes: 3,
    })
  })
})

it('what containers use is read in their own groups, whatever groups they make themselves', async () => {
  const group = (path: string, micros: number) => ({
    [`${path}/cpu.stat`]: `usage_usec ${micros}\n`,
    [`${path}/memory.current`]: '1000\n',
    [`${path}/memory.max`]: 'max\n',
    [`${path}/memory.stat`]: 'anon 600\nfile 400\nfile_mapped 5\ninactive_file 100\n',
  })
  await files({
    'cgroup.controllers': 'cpu memory pids\n',
    ...group('naru/e/podu', 300),
    ...group('naru/e/podu/sandbox', 1),
    ...group('naru/e/podu/honest', 100),
    ...group('naru/e/podu/liar', 200),
    ...group('naru/e/podu/liar/honest', 7),
    'naru/e/podu/sandbox/cgroup.procs': '0\n',
  })
  const usage = new CriUsage(openCgroups(root), '/naru/e')
  const containers = ['honest', 'liar', 'gone'].map((id) => ({ id, sandboxId: 'sandbox' }))
  const found = await usage.read({ containers, sandboxes: ['sandbox'] })
  expect(found.containers.map(({ id, cpu }) => [id, cpu.usageNanos])).toEqual([
    ['honest', 100_000],
    ['liar', 200_000],
  ])
  expect(found.containers[0]?.memory).toEqual({
    usageBytes: 1000,
    workingSetBytes: 900,
    rssBytes: 600,
    cacheBytes: 400,
    mappedFileBytes: 5,
  })
  expect(found.sandboxes).toMatchObject([{ id: 'sandbox', pod: { cpu: { usageNanos: 300_000 } } }])
})

it('the kernel tells of interfaces, memory and time', () => {
  const netDev = `Inter-|   Receive  |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0
  eth0:2869 89 1 2 0 0 0 0 8069 61 3 4 0 0 0 0\n`
  expect(parseNetDev(netDev)).toEqual([
    {
      name: 'eth0',
      rxBytes: 2869,
      rxPackets: 89,
      rxErrors: 1,
      rxDropped: 2,
      txBytes: 8069,
      txPackets: 61,
      txErrors: 3,
      txDropped: 4,
    },
  ])
  expect(parseMeminfo('MemTotal:  10 kB\nInactive(file):  2 kB\n').get('Inactive(file)')).toBe(2048)
  expect(parseStat('cpu  100 1 200 9 9 3 4 0 0 0\nbtime 1700000000\n')).toEqual({
    cpu: { usageNanos: 3_080_000_000, userNanos: 1_010_000_000, systemNanos: 2_070_000_000 },
    bootedAtMs: 1_700_000_000_000,
  })
})

describe('processes', () => {
  const stat = (pid: number, group: number, ticks: number) =>
    `${pid} (a (b) c) S 1 ${group} 1 0 -1 4194560 10 0 1 0 ${ticks} 5 0 0 20 0 1 0 100 0 0`

  it('a stat line is read whatever the program is called', () => {
    expect(parseProcessStat(stat(7, 5, 20))).toEqual({ group: 5, cpuTicks: 25, pageFaults: 10, majorPageFaults: 1 })
    expect(parseProcessStat('')).toBeUndefined()
  })

  it('those of a group are counted together', async () => {
    await files({
      '5/stat': stat(5, 5, 20),
      '5/status': 'Name:\ta\nVmRSS:\t   100 kB\n',
      '7/stat': stat(7, 5, 30),
      '7/status': 'VmRSS:\t 28 kB\n',
      '9/stat': stat(9, 9, 99),
    })
    const usage = await processUsage([{ id: 'c', sandboxId: 's', group: 5 }], root)
    expect(usage.containers).toEqual([
      {
        id: 'c',
        sandboxId: 's',
        cpu: { usageNanos: 600_000_000 },
        memory: {
          usageBytes: 131_072,
          workingSetBytes: 131_072,
          rssBytes: 131_072,
          pageFaults: 20,
          majorPageFaults: 2,
        },
        processes: 2,
      },
    ])
  })
})

it('a directory takes what its blocks take', async () => {
  await files({ 'd/a': 'x'.repeat(5000), 'd/b/c': 'x' })
  await link(join(root, 'd/a'), join(root, 'd/b/a'))
  const usage = await diskUsage(join(root, 'd'))
  expect(usage.inodesUsed).toBe(4)
  expect(usage.usedBytes).toBeGreaterThanOrEqual(8192)
  expect(await diskUsage(join(root, 'none'))).toEqual({ usedBytes: 0, inodesUsed: 0 })
})

it('labels are quoted in expositions', () => {
  expect(
    exposition([
      { name: 'a', help: 'h', type: 'gauge', points: [{ labels: { l: 'x"\\\n' }, value: 1.5, atMs: 7 }] },
      { name: 'b', help: 'h', type: 'gauge', points: [] },
    ]),
  ).toBe('# HELP a h\n# TYPE a gauge\na{l="x\\"\\\\\\n"} 1.5 7\n')
})

describe('what the kubelet answers', () => {
  const clock = new FakeClock()
  let used: GroupUsage
  const machine: MachineUsage = {
    bootedAtMs: 1_600_000_000_000,
    cpu: { usageNanos: 1e12 },
    memory: { usageBytes: 900, workingSetBytes: 600, rssBytes: 500 },
    memoryCapacityBytes: 1000,
    swap: { totalBytes: 0, usedBytes: 0 },
    threads: { running: 10, max: 100 },
    interfaces: [],
    filesystem: { capacityBytes: 1000, availableBytes: 400, usedBytes: 500, inodes: 100, inodesFree: 60 },
  }
  const pod = { name: 'web', namespace: 'default', uid: 'u' }
  const eth0 = { rxPackets: 1, rxErrors: 0, rxDropped: 0, txPackets: 1, txErrors: 0, txDropped: 0 }
  const runtime = {
    usage: async () => ({
      containers: [{ id: 'c', sandboxId: 's', ...used }],
      sandboxes: [{ id: 's', pod: used, interfaces: [{ name: 'eth0', rxBytes: 11, txBytes: 22, ...eth0 }] }],
    }),
    listContainers: async () => [
      { id: 'c', sandboxId: 's', name: 'app', attempt: 0, state: 'running', createdAtMs: 1 },
    ],
    listSandboxes: async () => [{ id: 's', pod, attempt: 0, state: 'ready', createdAtMs: clock.now() - 60_000 }],
    containerStatus: async () => ({ imageName: 'web:1', startedAtMs: clock.now() - 50_000 }),
    storage: async () => ({
      imageDirectory: undefined,
      images: { usedBytes: 7, inodesUsed: 1 },
      writableLayers: new Map([['c', { usedBytes: 64, inodesUsed: 2 }]]),
    }),
  } as unknown as ContainerRuntime
  const usage = (usageNanos: number): GroupUsage => ({
    cpu: { usageNanos },
    memory: { usageBytes: 300, workingSetBytes: 200, rssBytes: 100, limitBytes: 500 },
    processes: 1,
  })

  it('is a summary, and metrics under the known names', async () => {
    const collector = new StatsCollector({
      runtime,
      clock,
      logger: silentLogger,
      stateDir: root,
      machine: async () => machine,
    })
    const where = { podsDir: join(root, 'pods'), logsDir: join(root, 'logs'), stateDir: root }
    await files({ 'pods/u/claims/data': join(root, 'volume'), 'volume/file': 'x', 'pods/u/volumes/cache/file': 'x' })
    const spec = {
      containers: [],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'mine' } },
        { name: 'cache', emptyDir: {} },
      ],
    }
    const pods: k8s.Pod[] = [{ metadata: pod, spec }]
    const disks = new DiskSummaries({ runtime, clock, ...where, pods: () => pods })
    const exchange = statsExchange({
      nodeName: 'n',
      cpuCores: 2,
      cgroupRoot: '/naru',
      collector,
      disks,
      pods: () => [],
      probes: new ProbeTally(),
      operations: new RuntimeOperations(new FakeClock()),
    })
    used = usage(1e9)
    await collector.current()
    await clock.advance(10_000)
    used = usage(6e9)

    const { json } = await call(exchange, 'GET', '/stats/summary?only_cpu_and_memory=true')
    const time = new Date(clock.now()).toISOString().replace('.000', '')
    expect(json).toMatchObject({
      node: { nodeName: 'n', cpu: { usageNanoCores: 0 }, memory: { time, availableBytes: 400, workingSetBytes: 600 } },
      pods: [
        {
          podRef: pod,
          cpu: { usageNanoCores: 5e8, usageCoreNanoSeconds: 6e9 },
          containers: [
            { name: 'app', cpu: { usageNanoCores: 5e8 }, memory: { workingSetBytes: 200, availableBytes: 300 } },
          ],
        },
      ],
    })
    expect(json.node).not.toHaveProperty('fs')
    const whole = (await call(exchange, 'GET', '/stats/summary')).json
    expect(whole).toMatchObject({
      node: { fs: { capacityBytes: 1000, inodesUsed: 40 }, rlimit: { maxpid: 100, curproc: 10 } },
      pods: [
        {
          network: { name: 'eth0', rxBytes: 11, txBytes: 22 },
          volume: [
            { name: 'data', pvcRef: { namespace: 'default', name: 'mine' } },
            { name: 'cache', inodesUsed: 2 },
          ],
          'ephemeral-storage': { inodesUsed: 4 },
          containers: [{ rootfs: { usedBytes: 64 } }],
        },
      ],
    })

    const resource = (await call(exchange, 'GET', '/metrics/resource')).text
    expect(resource).toContain(
      `container_cpu_usage_seconds_total{container="app",namespace="default",pod="web"} 6 ${clock.now()}\n`,
    )
    expect(resource).toContain(`node_memory_working_set_bytes 600 ${clock.now()}\n`)
    const cadvisor = (await call(exchange, 'GET', '/metrics/cadvisor')).text
    expect(cadvisor).toContain(
      'container_memory_working_set_bytes{container="app",id="/naru/podu/c",image="web:1",name="c",namespace="default",pod="web"} 200 ',
    )
    expect(cadvisor).toContain(
      'container_network_receive_bytes_total{container="",id="/naru/podu",image="",name="",namespace="default",pod="web",interface="eth0"} 11 ',
    )
    const own = (await call(exchange, 'GET', '/metrics')).text
    expect(own).toContain('kubelet_running_pods 1\n')
    expect(own).toContain('kubelet_volume_stats_capacity_bytes{namespace="default",persistentvolumeclaim="mine"} ')
    runtime.usage = () => Promise.reject(new Error('gone'))
    await clock.advance(10_000)
    expect((await call(exchange, 'GET', '/metrics/resource')).text).toContain('resource_scrape_error 1\n')
    const failure = await call(exchange, 'GET', '/stats/summary')
    expect([failure.status, failure.text]).toEqual([500, 'Internal Error: gone'])
    expect((await call(exchange, 'POST', '/stats/summary')).status).toBe(405)
    expect((await call(exchange, 'GET', '/pods')).json).toMatchObject({ kind: 'PodList', items: [] })
  })
})
