/** Walks a directory that others may be changing, without ever following a symbolic link: each step is taken from an open
 *  descriptor, by way of /proc/self/fd, which is `openat` for those who do not have it. */
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Of Linux; Node does not name it. Opens a place in the file system, not what is there. */
const O_PATH = 0o10000000

/** The path by which this process, and what it starts, reaches an open descriptor. */
export const descriptorPath = ({ fd }: FileHandle, pid: number | 'self' = 'self'): string => `/proc/${pid}/fd/${fd}`

export const openPlace = (path: string): Promise<FileHandle> => open(path, O_PATH | constants.O_NOFOLLOW)

export const openChild = (parent: FileHandle, name: string): Promise<FileHandle> =>
  openPlace(`${descriptorPath(parent)}/${name}`)

/** What `relative` (no `..`, no leading `/`) leads to below `root`. Throws where a part of it is a symbolic link. */
export async function openBelow(root: string, relative: string): Promise<FileHandle> {
  let place = await open(root, O_PATH | constants.O_DIRECTORY)
  for (const name of relative.split('/').filter((part) => part !== '' && part !== '.')) {
    const parent = place
    try {
      place = await openChild(parent, name)
      if ((await place.stat()).isSymbolicLink()) {
        await place.close()
        throw new Error(`${name} has become a symbolic link`)
      }
    } finally {
      await parent.close()
    }
  }
  return place
}
