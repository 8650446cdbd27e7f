/** What the process runtime's containers have used: the sum over the processes of each one's group. Source: proc(5),
 *  /proc/[pid]/stat (pgrp, utime, stime, cutime, cstime), /proc/[pid]/status (VmRSS). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RuntimeUsage } from '../runtime/usage.ts'

const NANOS_PER_TICK = 10_000_000

export interface ProcessFacts {
  group: number
  cpuTicks: number
  pageFaults: number
  majorPageFaults: number
}

/** The program's name, in parentheses, may hold anything. */
export function parseProcessStat(line: string): ProcessFacts | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const at = (index: number) => Number(fields[index - 3] ?? 0)
  if (fields.length < 15) return undefined
  return {
    group: at(5),
    cpuTicks: at(14) + at(15) + at(16) + at(17),
    pageFaults: at(10) + at(11),
    majorPageFaults: at(12) + at(13),
  }
}

/** `containers`: the running ones, with the process group of each. */
export async function processUsage(
  containers: readonly { id: string; sandboxId: string; group: number }[],
  proc = '/proc',
): Promise<RuntimeUsage> {
  const sums = new Map(
    containers.map(({ group }) => [
      group,
      { cpuTicks: 0, rssBytes: 0, pageFaults: 0, majorPageFaults: 0, processes: 0 },
    ]),
  )
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name))
  await Promise.all(
    pids.map(async (pid) => {
      const facts = parseProcessStat(await readFile(join(proc, pid, 'stat'), 'utf8').catch(() => ''))
      const sum = facts && sums.get(facts.group)
      if (facts === undefined || sum === undefined) return
      const status = await readFile(join(proc, pid, 'status'), 'utf8').catch(() => '')
      sum.cpuTicks += facts.cpuTicks
      sum.pageFaults += facts.pageFaults
      sum.majorPageFaults += facts.majorPageFaults
      sum.rssBytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
      sum.processes++
    }),
  )
  return {
    containers: containers.flatMap(({ id, sandboxId, group }) => {
      const sum = sums.get(group)
      if (sum === undefined || sum.processes === 0) return []
      const { rssBytes, pageFaults, majorPageFaults, processes } = sum
      return {
        id,
        sandboxId,
        cpu: { usageNanos: sum.cpuTicks * NANOS_PER_TICK },
        memory: { usageBytes: rssBytes, workingSetBytes: rssBytes, rssBytes, pageFaults, majorPageFaults },
        processes,
      }
    }),
    sandboxes: [],
  }
}
