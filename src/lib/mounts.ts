/** What is mounted on this machine. Source: proc_pid_mountinfo(5). */
import { readFile, realpath } from 'node:fs/promises'

/** A space in a path is written `\040` there. */
const unescape = (path: string) =>
  path.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Mount points at or below `folder`, later ones last, by their real paths: the kernel knows no other. */
export async function mountPointsIn(folder: string, table = '/proc/self/mountinfo'): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder)
  const mountinfo = await readFile(table, 'utf8').catch(() => '')
  return mountinfo
    .split('\n')
    .map((line) => unescape(line.split(' ')[4] ?? ''))
    .filter((path) => path === real || path.startsWith(`${real}/`))
}
