/** What processes take of memory. */
import { readFile } from 'node:fs/promises'
import { naruProcesses, type Role } from './processes.ts'

/** The proportional set size of the role's processes together, in MB (10^6 bytes, as bench has it). */
export async function proportionalMB(stateDir: string, role: Role): Promise<number> {
  let kilobytes = 0
  for (const { pid, role: of } of await naruProcesses(stateDir))
    if (of === role) kilobytes += Number(/^Pss: +(\d+)/m.exec(await readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1])
  return kilobytes / 1000
}
