/** Projects files into a directory so that a reader sees all of the old set or all of the new one: the files lie in a
 *  time-stamped directory, `..data` is a symlink to it that is swapped by rename, and each visible name links through
 *  `..data`. The layout is Kubernetes' (v1.34, pkg/volume/util/atomic_writer.go); containers rely on it. */
import {
  chmod,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export interface ProjectedFile {
  data: Uint8Array
  mode: number
  /** Whose file it is; left out: the kubelet's. */
  uid?: number
}

const DATA = '..data'
const NEXT_DATA = '..data_tmp'

/** Paths are relative, without `..`. Resolves to whether anything changed. What was left by a kill in the middle is brought to
 *  its end, and what failed in the middle leaves nothing. */
export async function writeProjection(
  directory: string,
  files: ReadonlyMap<string, ProjectedFile>,
  gid?: number,
): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const old = await readlink(join(directory, DATA)).catch(() => undefined)
  const isCurrent = old !== undefined && (await isSame(join(directory, old), files))
  const name = isCurrent ? old : await swapData(directory, files, gid)
  const visible = new Set([...files.keys()].map((path) => path.split('/')[0] as string))
  for (const entry of visible) await show(directory, entry)
  for (const entry of await readdir(directory)) {
    const isStray = entry.startsWith('..') ? entry !== DATA && entry !== name : !isCurrent && !visible.has(entry)
    if (isStray) await rm(join(directory, entry), { recursive: true, force: true })
  }
  return !isCurrent
}

/** The name of the directory that `..data` leads to now. */
async function swapData(
  directory: string,
  files: ReadonlyMap<string, ProjectedFile>,
  gid: number | undefined,
): Promise<string> {
  const fresh = await mkdtemp(`${directory}/..`)
  try {
    await writeFiles(fresh, files, gid)
    const name = basename(fresh)
    await rm(join(directory, NEXT_DATA), { force: true })
    await symlink(name, join(directory, NEXT_DATA))
    await rename(join(directory, NEXT_DATA), join(directory, DATA))
    return name
  } catch (error) {
    // Each try would leave one, and a disk that is full never have room again.
    await rm(fresh, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

async function writeFiles(
  fresh: string,
  files: ReadonlyMap<string, ProjectedFile>,
  gid: number | undefined,
): Promise<void> {
  await chmod(fresh, 0o755)
  const groupOf = async (made: string) => {
    if (gid === undefined) return
    await lchown(made, -1, gid).catch(() => {})
    await chmod(made, 0o2755)
  }
  await groupOf(fresh)
  const parents = new Set<string>()
  for (const [path, { data, mode, uid = -1 }] of files) {
    const target = join(fresh, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) parents.add(parent)
    await writeFile(target, data)
    await chmod(target, gid === undefined ? mode : mode | 0o440)
    if (gid !== undefined || uid !== -1) await lchown(target, uid, gid ?? -1).catch(() => {})
  }
  for (const parent of parents) await groupOf(join(fresh, parent))
}

/** Something else may be in the way: a directory that was made for a subPath before there was such a file. */
async function show(directory: string, entry: string): Promise<void> {
  const path = join(directory, entry)
  const target = join(DATA, entry)
  if ((await readlink(path).catch(() => undefined)) === target) return
  await rm(path, { recursive: true, force: true })
  await symlink(target, path)
}

async function isSame(directory: string, files: ReadonlyMap<string, ProjectedFile>): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (entries === undefined || entries.filter((entry) => entry.isFile()).length !== files.size) return false
  for (const [path, { data }] of files) {
    const present = await readFile(join(directory, path)).catch(() => undefined)
    if (present === undefined || !present.equals(data)) return false
  }
  return true
}
