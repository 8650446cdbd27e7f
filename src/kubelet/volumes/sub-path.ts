/** A part of a volume as the source of a mount. What lies in a volume is written by pods, at any time: a link in it must
 *  lead nowhere outside, also not one that is put there between our look and the mount. So the part is opened step by
 *  step, and what is open is bound to a place of ours. Source: kubernetes v1.34, pkg/volume/util/subpath. */
import { constants } from 'node:fs'
import { chmod, mkdir, open, realpath, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative } from 'node:path'
import { hasErrno } from '../../lib/index.ts'
import { descriptorPath, openBelow } from './descriptors.ts'
import { bindMount, isMountPoint, unmount } from './mount-table.ts'

export interface SubPath {
  /** The volume's directory. */
  volume: string
  /** Relative, without `..`. Made where it is missing. */
  subPath: string
  /** Where it is bound to, in a directory that only the kubelet writes. */
  target: string
  mayMount: boolean
}

/** The path to mount. Throws where the part is not inside the volume, or cannot be made. */
export async function prepareSubPath({ volume, subPath, target, mayMount }: SubPath): Promise<string> {
  const root = await realpath(volume)
  await makeMissing(root, subPath)
  const real = await realpath(join(root, subPath))
  const inside = insideOf(root, real)
  if (!mayMount) return real
  const place = await openBelow(root, inside)
  try {
    await mkdir(dirname(target), { recursive: true })
    if (await isMountPoint(target)) await unmount(target)
    await clear(target)
    if ((await place.stat()).isDirectory()) await mkdir(target)
    else await (await open(target, 'wx')).close()
    await bindMount(descriptorPath(place, process.pid), target)
  } finally {
    await place.close()
  }
  return target
}

/** What was mounted there may have been a file, and be a directory by now. Never what is in it: it is empty, or not ours. */
async function clear(target: string): Promise<void> {
  const found = await stat(target).catch(() => undefined)
  if (found !== undefined) await (found.isDirectory() ? rmdir(target) : rm(target))
}

function insideOf(root: string, real: string): string {
  const inside = relative(root, real)
  if (inside === '..' || inside.startsWith('../') || isAbsolute(inside))
    throw new Error('the path leads out of its volume')
  return inside
}

/** Directories with the volume's own mode; the part that is there may have links, those that stay inside. */
async function makeMissing(root: string, subPath: string): Promise<void> {
  const parts = subPath.split('/').filter((part) => part !== '' && part !== '.')
  const mode = (await stat(root)).mode & 0o777
  let present = root
  for (const [index, part] of parts.entries()) {
    try {
      present = await realpath(join(present, part))
      insideOf(root, present)
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error
      return makeBelow(root, { inside: insideOf(root, present), missing: parts.slice(index), mode })
    }
  }
}

async function makeBelow(
  root: string,
  { inside, missing, mode }: { inside: string; missing: readonly string[]; mode: number },
): Promise<void> {
  let reached = inside
  for (const name of missing) {
    const parent = await openBelow(root, reached)
    reached = join(reached, name)
    try {
      const path = `${descriptorPath(parent)}/${name}`
      await mkdir(path)
      const made = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
      try {
        // Bits that the parent hands on (its group's) stay.
        await chmod(descriptorPath(made), ((await made.stat()).mode & 0o7000) | mode)
      } finally {
        await made.close()
      }
    } catch (error) {
      if (!hasErrno(error, 'EEXIST')) throw error
    } finally {
      await parent.close()
    }
  }
}
