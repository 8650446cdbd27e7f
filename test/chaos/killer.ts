/** kill -9 of one process at a time, and the engine's return after its own death. */
import { readdir, readFile } from 'node:fs/promises'
import type { Installation } from '../acceptance/harness/installation.ts'
import { killRoles } from '../acceptance/harness/processes.ts'

/** API server, controllers, scheduler and kubelet are parts of the engine, and die with it. */
const VICTIMS = ['engine', 'edge', 'containerd', 'shim'] as const
export type Victim = (typeof VICTIMS)[number]

/** Kills one at random; undefined when there was none of that sort. */
export async function killOne(naru: Installation, random: () => number): Promise<Victim | undefined> {
  const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] as Victim
  const killed = victim === 'shim' ? await killShim(naru.stateDir, random) : await killRoles(naru.stateDir, [victim])
  if (victim === 'engine') await naru.naru('up')
  return killed > 0 ? victim : undefined
}

/** A shim keeps the containers of one pod; they die with it. */
async function killShim(stateDir: string, random: () => number): Promise<number> {
  const shims: number[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (command.includes('containerd-shim') && command.includes(stateDir)) shims.push(Number(pid))
  }
  const pid = shims[Math.floor(random() * shims.length)]
  if (pid === undefined) return 0
  try {
    process.kill(pid, 'SIGKILL')
    return 1
  } catch {
    return 0
  }
}
