/** The files that a container's log was rotated to: `<attempt>.log.<time>` beside `<attempt>.log`. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Oldest first, the current one apart. */
export async function rotatedFiles(path: string): Promise<string[]> {
  const directory = dirname(path)
  const prefix = `${basename(path)}.`
  const names = await readdir(directory).catch(() => [])
  return names
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .map((name) => join(directory, name))
}
