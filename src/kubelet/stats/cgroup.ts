/** What a control group has used, in either hierarchy. Sources: Linux, Documentation/admin-guide/cgroup-v1 (memory,
 *  cpuacct, pids), cgroup-v2; cAdvisor v0.52, container/libcontainer (what of it makes the working set). */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { GroupUsage } from '../runtime/usage.ts'

export interface Cgroups {
  /** Undefined where the group is gone. `path` begins with a slash. */
  usage(path: string): Promise<GroupUsage | undefined>
  /** Of processes in the group itself. */
  processes(path: string): Promise<number[]>
  /** The groups of containers below `path`, each in its pod's group, by their names: theirs are unique, being ids. What is
   *  below them containers make themselves, and name as they like. */
  ofContainers(path: string): Promise<Map<string, string>>
}

const MICROS = 1_000
/** What the kernel says for "no limit": near 2^63 in v1. */
const NO_LIMIT = 2 ** 62

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
const number = async (path: string): Promise<number | undefined> => {
  const read = (await text(path)).trim()
  return read === '' || Number.isNaN(Number(read)) ? undefined : Number(read)
}

/** `name value` lines. */
export const fieldsOf = (table: string): Map<string, number> =>
  new Map(
    table
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([name, value]) => name && value)
      .map(([name = '', value]) => [name, Number(value)]),
  )

/** `root`: where control groups are mounted. */
export async function openCgroups(root = '/sys/fs/cgroup'): Promise<Cgroups> {
  const unified = (await text(join(root, 'cgroup.controllers'))) !== ''
  const memory = unified ? root : join(root, 'memory')
  return {
    usage: (path) => (unified ? usageV2(join(root, path)) : usageV1(root, path)),
    processes: async (path) => (await text(join(memory, path, 'cgroup.procs'))).split('\n').filter(Boolean).map(Number),
    async ofContainers(path) {
      const groupsIn = async (at: string): Promise<string[]> => {
        const entries = await readdir(join(memory, at), { withFileTypes: true }).catch(() => [])
        return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${at}/${name}`)
      }
      const ofPods = await Promise.all((await groupsIn(path)).map(groupsIn))
      return new Map(ofPods.flat().map((group) => [basename(group), group]))
    },
  }
}

/** Memory that files take and nobody looked at lately can be dropped. */
const workingSet = (usage: number, inactiveFile: number | undefined) => Math.max(usage - (inactiveFile ?? 0), 0)

const limit = (bytes: number | undefined) =>
  bytes === undefined || Number.isNaN(bytes) || bytes > NO_LIMIT ? {} : { limitBytes: bytes }

/** Only what is known. */
function known<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

async function usageV1(root: string, path: string): Promise<GroupUsage | undefined> {
  const of = (controller: string, file: string) => join(root, controller, path, file)
  const [cpu, user, system, cpuStat, usageBytes, memoryStat, limitBytes, processes] = await Promise.all([
    number(of('cpuacct', 'cpuacct.usage')),
    number(of('cpuacct', 'cpuacct.usage_user')),
    number(of('cpuacct', 'cpuacct.usage_sys')),
    text(of('cpu', 'cpu.stat')),
    number(of('memory', 'memory.usage_in_bytes')),
    text(of('memory', 'memory.stat')),
    number(of('memory', 'memory.limit_in_bytes')),
    number(of('pids', 'pids.current')),
  ])
  if (cpu === undefined || usageBytes === undefined) return undefined
  const stat = fieldsOf(memoryStat)
  const throttling = fieldsOf(cpuStat)
  return {
    cpu: {
      usageNanos: cpu,
      ...known({
        userNanos: user,
        systemNanos: system,
        periods: throttling.get('nr_periods'),
        throttledPeriods: throttling.get('nr_throttled'),
        throttledNanos: throttling.get('throttled_time'),
      }),
    },
    memory: {
      usageBytes,
      workingSetBytes: workingSet(usageBytes, stat.get('total_inactive_file')),
      ...known({
        rssBytes: stat.get('total_rss'),
        cacheBytes: stat.get('total_cache'),
        mappedFileBytes: stat.get('total_mapped_file'),
        pageFaults: stat.get('total_pgfault'),
        majorPageFaults: stat.get('total_pgmajfault'),
      }),
      ...limit(limitBytes),
    },
    ...known({ processes }),
  }
}

async function usageV2(directory: string): Promise<GroupUsage | undefined> {
  const of = (file: string) => join(directory, file)
  const [cpuStat, usageBytes, memoryStat, limitBytes, processes] = await Promise.all([
    text(of('cpu.stat')),
    number(of('memory.current')),
    text(of('memory.stat')),
    number(of('memory.max')),
    number(of('pids.current')),
  ])
  const cpu = fieldsOf(cpuStat)
  const usageMicros = cpu.get('usage_usec')
  if (usageMicros === undefined || usageBytes === undefined) return undefined
  const stat = fieldsOf(memoryStat)
  const nanos = (name: string) => {
    const micros = cpu.get(name)
    return micros === undefined ? undefined : micros * MICROS
  }
  return {
    cpu: {
      usageNanos: usageMicros * MICROS,
      ...known({
        userNanos: nanos('user_usec'),
        systemNanos: nanos('system_usec'),
        periods: cpu.get('nr_periods'),
        throttledPeriods: cpu.get('nr_throttled'),
        throttledNanos: nanos('throttled_usec'),
      }),
    },
    memory: {
      usageBytes,
      workingSetBytes: workingSet(usageBytes, stat.get('inactive_file')),
      ...known({
        rssBytes: stat.get('anon'),
        cacheBytes: stat.get('file'),
        mappedFileBytes: stat.get('file_mapped'),
        pageFaults: stat.get('pgfault'),
        majorPageFaults: stat.get('pgmajfault'),
      }),
      ...limit(limitBytes),
    },
    ...known({ processes }),
  }
}
