/** Which TCP ports the processes of a container listen on, read from the kernel. Source: proc_net_tcp(5), cgroups(7). */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** State LISTEN of a socket in /proc/net/tcp, include/net/tcp_states.h. */
const LISTEN = '0A'

/** Ports, ascending, each once. Finds the container by its id in the control groups of processes; empty when it has
 *  none here, or when this user may not look. */
export async function listeningPorts(containerId: string, root = '/'): Promise<number[]> {
  if (!/^[\w-]{8,}$/.test(containerId)) return []
  const pids = (await readdir(join(root, 'proc')).catch((): string[] => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const groups = await readFile(join(root, 'proc', pid, 'cgroup'), 'utf8').catch(() => '')
    if (!groups.includes(containerId)) continue
    // All processes of a pod share one network namespace: any of them shows all of its sockets.
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((table) => readFile(join(root, 'proc', pid, 'net', table), 'utf8').catch(() => '')),
    )
    return [...new Set(tables.flatMap(parseListening))].sort((a, b) => a - b)
  }
  return []
}

/** Lines are `  0: 00000000:1F90 00000000:0000 0A …`; addresses and ports in hexadecimal. */
function parseListening(table: string): number[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state] = line.trim().split(/\s+/)
    const port = Number.parseInt(local?.split(':').at(-1) ?? '', 16)
    return state === LISTEN && port > 0 ? [port] : []
  })
}
