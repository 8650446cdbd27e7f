/** Naru's own processes and their memory, from /proc. Containers, and what supervises each of them, are not among them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, type Paths, type ProcessIdentity } from '../../lib/index.ts'
import { readEdge, readEngine, readJson } from './engine-info.ts'

export interface NaruProcess {
  role: 'engine' | 'edge' | 'containerd'
  pid: number
  /** Resident set; pages shared with other processes count in each. 0 where it cannot be read. */
  memoryBytes: number
}

export async function naruProcesses(paths: Paths): Promise<NaruProcess[]> {
  const [engine, edge, containerd] = await Promise.all([
    readEngine(paths),
    readEdge(paths),
    readJson<ProcessIdentity>(join(paths.runDir, 'containerd', 'containerd.json')),
  ])
  const found: [NaruProcess['role'], ProcessIdentity | undefined][] = [
    ['engine', engine],
    ['edge', edge],
    ['containerd', containerd !== undefined && isAlive(containerd) ? containerd : undefined],
  ]
  return Promise.all(
    found.flatMap(([role, identity]) =>
      identity === undefined
        ? []
        : [residentBytes(identity.pid).then((memoryBytes) => ({ role, pid: identity.pid, memoryBytes }))],
    ),
  )
}

/** Source: proc_pid_status(5), VmRSS. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}
