/** What is mounted on this machine, and changes to it. Paths with spaces are written `\040` there. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Mount points at or below `directory`, later ones last. */
export async function mountPointsIn(directory: string): Promise<string[]> {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return mountinfo
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''))
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
}

export const isMountPoint = async (path: string): Promise<boolean> => (await mountPointsIn(path)).includes(path)

const unescape = (path: string) =>
  path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))

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
  for (const path of (await mountPointsIn(directory)).toReversed()) await unmount(path)
  const left = await mountPointsIn(directory)
  if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`)
}
