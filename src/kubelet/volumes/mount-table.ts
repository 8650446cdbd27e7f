/** Changes to what is mounted on this machine. */
import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { promisify } from 'node:util'
import { mountPointsIn } from '../../lib/index.ts'

const run = promisify(execFile)

/** By any path that leads there. */
export async function isMountPoint(path: string): Promise<boolean> {
  const real = await realpath(path).catch(() => path)
  return (await mountPointsIn(real)).includes(real)
}

export async function mountMemory(path: string, options: readonly string[]): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', options.join(','), 'naru-emptydir', path])
}

/** `source` is taken as it is: it may be a descriptor of this process. */
export async function bindMount(source: string, target: string): Promise<void> {
  await run('mount', ['--no-canonicalize', '--bind', source, target])
}

/** Takes the newest mount away from there, at once for whoever looks, for others when they close what they use. */
export async function unmount(path: string): Promise<void> {
  await run('umount', ['--no-canonicalize', '--lazy', path])
}

/** Throws where something stays mounted: whoever removed the directory then, would remove what is mounted. */
export async function unmountAll(directory: string): Promise<void> {
  const failures: unknown[] = []
  for (const path of (await mountPointsIn(directory)).toReversed())
    await unmount(path).catch((error: unknown) => failures.push(error))
  const left = await mountPointsIn(directory)
  if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`, { cause: failures[0] })
}
