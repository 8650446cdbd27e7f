/** Projects files into a directory so that a reader sees all of the old set or all of the new one: the files lie in a
 *  time-stamped directory, `..data` is a symlink to it that is swapped by rename, and each visible name links through
 *  `..data`. The layout is Kubernetes' (v1.34, pkg/volume/util/atomic_writer.go); containers rely on it. */
import {
  chmod,
  lchown,
  lstat,
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
import { dirname, join } from 'node:path'

export interface ProjectedFile {
  data: Uint8Array
  mode: number
  /** Whose file it is; left out: the kubelet's. */
  uid?: number
}

const DATA = '..data'

/** Paths are relative, without `..`. Resolves to whether anything changed. */
export async function writeProjection(
  directory: string,
  files: ReadonlyMap<string, ProjectedFile>,
  gid?: number,
): Promise<boolean> {
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const old = await readlink(join(directory, DATA)).catch(() => undefined)
  if (old !== undefined && (await isSame(join(directory, old), files))) return false

  const fresh = await mkdtemp(`${directory}/..`)
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
  const name = fresh.slice(directory.length + 1)
  await rm(join(directory, '..data_tmp'), { force: true })
  await symlink(name, join(directory, '..data_tmp'))
  await rename(join(directory, '..data_tmp'), join(directory, DATA))

  const visible = new Set([...files.keys()].map((path) => path.split('/')[0] as string))
  for (const entry of visible) {
    const exists = await lstat(join(directory, entry)).catch(() => undefined)
    if (exists === undefined) await symlink(join(DATA, entry), join(directory, entry))
  }
  for (const entry of await readdir(directory)) {
    if (entry.startsWith('..') ? entry !== DATA && entry !== name : !visible.has(entry))
      await rm(join(directory, entry), { recursive: true, force: true })
  }
  return true
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
