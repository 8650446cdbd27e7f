/** The storage behind hostPath volumes, which are on the machine that this runs on. Source: kubernetes v1.34,
 *  pkg/volume/hostpath (Delete, Recycle). */
import { readdir, realpath, rm } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import { hasErrno } from '../../lib/index.ts'

const DELETABLE = '/tmp'

/** Removes what is at `path`, if that is below /tmp, also once links are followed. Throws Error with what is told of the
 *  volume. Idempotent. Kubernetes looks for `/tmp/` anywhere in the path. */
export async function deleteHostPath(path: string): Promise<void> {
  if (!(await isDeletable(path)))
    throw new Error(`host_path deleter only supports ${DELETABLE}/.+ but received provided ${path}`)
  await rm(path, { recursive: true, force: true })
}

async function isDeletable(path: string): Promise<boolean> {
  const parent = await realOrUndefined(dirname(normalize(path)))
  // Nothing is there: nothing to remove.
  if (parent === undefined) return isBelow(normalize(path), DELETABLE)
  const allowed = await realpath(DELETABLE)
  return isBelow(normalize(path), DELETABLE) && (parent === allowed || isBelow(parent, allowed))
}

const isBelow = (path: string, directory: string) =>
  path.startsWith(`${directory}/`) && path.length > directory.length + 1

/** Empties the directory; what links in it point to, stays. Kubernetes runs a pod for that, which here would need an image
 *  to do what this process can. */
export async function emptyHostPath(path: string): Promise<void> {
  const directory = await realOrUndefined(path)
  if (directory === undefined) return
  if (directory === '/') throw new Error('the root of the file system is not emptied')
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true })
}

async function realOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
