/** Tells a process from a later one that got the same pid: by its start time, which Linux keeps in /proc, and by the boot
 *  that it counts from. */
import { readFileSync } from 'node:fs'
import { hasErrno } from './errors.ts'

export interface ProcessIdentity {
  pid: number
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat, proc(5)); empty where there is no /proc. */
  startTime: string
  /** The kernel's id of that boot (random(4)); left out where there is none, and in what earlier versions wrote. */
  boot?: string
}

/** The same for as long as this program can run. */
const BOOT = bootId()

/** Changes when the machine is started again; empty where the kernel has no such id. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** The identity of a living process; undefined when there is none (zombies count as gone). Throws the system's error where
 *  it cannot be asked, as when no file is left to ask with: nobody is dead for that. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name, in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : identityOf(pid, fields[19] ?? '')
  } catch (error) {
    if (hasErrno(error, 'EMFILE', 'ENFILE', 'ENOMEM')) throw error
    return process.platform === 'linux' ? undefined : identifyBySignal(pid)
  }
}

const identityOf = (pid: number, startTime: string): ProcessIdentity => ({
  pid,
  startTime,
  ...(BOOT !== '' && { boot: BOOT }),
})

function identifyBySignal(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!hasErrno(error, 'EPERM')) return undefined
  }
  return identityOf(pid, '')
}

/** Whether the very process that `identity` was taken from still lives. Throws as `identifyProcess` does. */
export function isAlive(identity: ProcessIdentity): boolean {
  const { pid, startTime, boot = BOOT } = identity
  return boot === BOOT && identifyProcess(pid)?.startTime === startTime
}
