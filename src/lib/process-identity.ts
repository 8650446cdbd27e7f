/** Tells a process from a later one that got the same pid: by its start time, which Linux keeps in /proc. */
import { readFileSync } from 'node:fs'
import { hasErrno } from './errors.ts'

export interface ProcessIdentity {
  pid: number
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat, proc(5)); empty where there is no /proc. */
  startTime: string
}

/** The identity of a living process; undefined when there is none (zombies count as gone). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name, in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, startTime: fields[19] ?? '' }
  } catch {
    return process.platform === 'linux' ? undefined : identifyBySignal(pid)
  }
}

function identifyBySignal(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!hasErrno(error, 'EPERM')) return undefined
  }
  return { pid, startTime: '' }
}

/** Whether the very process that `identity` was taken from still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime
}
