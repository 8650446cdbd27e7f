/** Finds processes by how they were started: for those whose number was not written down before whoever started them was
 *  killed. Source: proc_pid_cmdline(5), pid_namespaces(7). */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { identifyProcess, type ProcessIdentity } from '../lib/index.ts'

/** Of this machine itself: a process in a container may call itself what it likes. `isMeant` is given a process's words. */
export async function findProcesses(isMeant: (words: readonly string[]) => boolean): Promise<ProcessIdentity[]> {
  const namespaceOf = (pid: string) => readlink(join('/proc', pid, 'ns', 'pid')).catch(() => undefined)
  const ours = await namespaceOf('self')
  const found: ProcessIdentity[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const words = (await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')).split('\0')
    if (!isMeant(words) || (await namespaceOf(pid)) !== ours) continue
    const identity = identifyProcess(Number(pid))
    if (identity !== undefined) found.push(identity)
  }
  return found
}
