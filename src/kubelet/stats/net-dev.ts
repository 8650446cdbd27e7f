/** The counters of network interfaces. Source: proc_pid_net(5), /proc/[pid]/net/dev. */
import { readFile } from 'node:fs/promises'
import type { InterfaceUsage } from '../runtime/usage.ts'

/** Without loopback. `table`: the file's text. */
export function parseNetDev(table: string): InterfaceUsage[] {
  return table
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => {
      const [name = '', counters = ''] = line.split(':')
      const at = counters.trim().split(/\s+/).map(Number)
      const [rxBytes = 0, rxPackets = 0, rxErrors = 0, rxDropped = 0] = at
      const [txBytes = 0, txPackets = 0, txErrors = 0, txDropped = 0] = at.slice(8)
      return { name: name.trim(), rxBytes, rxPackets, rxErrors, rxDropped, txBytes, txPackets, txErrors, txDropped }
    })
    .filter(({ name }) => name !== 'lo')
}

/** Of the network namespace that the process is in; empty where it is gone. */
export const interfacesOf = async (pid: number | 'self'): Promise<InterfaceUsage[]> =>
  parseNetDev(await readFile(`/proc/${pid}/net/dev`, 'utf8').catch(() => ''))
