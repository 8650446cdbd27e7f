/** The processes that belong to one installation, told by what they do: read from /proc, by state folder. */
import { readdir, readFile } from 'node:fs/promises'

export type Role = 'engine' | 'edge' | 'containerd' | 'cli'

/** The programs run from their sources or from the bundle. */
const ROLES: readonly [Role, RegExp][] = [
  ['engine', /(src|dist)\/engine\/main\.[tj]s run/],
  ['edge', /(src|dist)\/engine\/edge\.[tj]s/],
  ['containerd', /(^|\/)containerd --config/],
  ['cli', /bin\/naru|(src|dist)\/cli\/main\.[tj]s/],
]

export interface FoundProcess {
  pid: number
  role: Role
}

/** Naru's own processes of the installation with this state folder; containers and their shims are not among them. */
export async function naruProcesses(stateDir: string): Promise<FoundProcess[]> {
  const found: FoundProcess[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const command = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
    const role = ROLES.find(([, pattern]) => pattern.test(command))?.[0]
    if (role === undefined) continue
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')
    if (`${command}\0${environment}\0`.includes(stateDir)) found.push({ pid: Number(name), role })
  }
  return found
}

/** SIGKILL to each of the roles' processes at once; gives how many there were. */
export async function killRoles(stateDir: string, roles: readonly Role[]): Promise<number> {
  const victims = (await naruProcesses(stateDir)).filter((process) => roles.includes(process.role))
  for (const { pid } of victims) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone by itself between being found and being killed.
    }
  }
  return victims.length
}
