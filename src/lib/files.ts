/** Files that are either wholly written or not at all, whenever the power goes. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasErrno } from './errors.ts'

/** Writes `data` to a temporary neighbour, syncs it, and renames it over `path`. Default mode 0600: private first. */
export async function writeFileAtomically(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'w', mode)
    try {
      await file.writeFile(data)
      await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** What is at `path`, a file or, after a rename in it, a folder, survives a power cut from here on. */
export async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The text of a file; nothing where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** What somebody took away meanwhile need not be moved any more. */
export async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!hasErrno(error, 'ENOENT')) throw error
  }
}

/** The names in a folder; none where there is no such folder. */
export async function listIfThere(path: string): Promise<string[]> {
  return readdir(path).catch((error: unknown) => {
    if (hasErrno(error, 'ENOENT')) return []
    throw error
  })
}

/** Of a folder: not there, not empty, something is mounted on it. */
const KEPT = ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY']

/** Removes a folder that nobody has anything in. */
export async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path)
  } catch (error) {
    if (!KEPT.some((code) => hasErrno(error, code))) throw error
  }
}
