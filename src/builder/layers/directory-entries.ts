/** A folder on disk as layer entries. */
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { TarEntry } from '../../images/index.ts'
import { BuildError } from '../errors.ts'
import { ownFolder } from '../steps/own-folder.ts'

export interface DirectoryOptions {
  dir: string
  /** Where it goes in the image. */
  prefix: string
  owner?: number
  /** Paths relative to `dir`; a folder that is not included is not entered. Default: everything. */
  include?: (path: string, isFolder: boolean) => boolean
}

/** Files keep their executable bit and no other mode; sockets, pipes and devices are left out. Files are opened when
 *  the layer is written. */
export async function directoryEntries(options: DirectoryOptions): Promise<TarEntry[]> {
  const { dir, prefix, include = () => true } = options
  const owner = options.owner === undefined ? {} : { owner: options.owner }
  const entries: TarEntry[] = []
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(dir, folder), { withFileTypes: true })) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!include(relative, entry.isDirectory())) continue
      const source = join(dir, relative)
      const path = `${prefix}/${relative}`
      if (entry.isDirectory()) {
        entries.push({ path, type: 'directory', mode: 0o755, ...owner })
        await visit(relative)
      } else if (entry.isSymbolicLink())
        entries.push({ path, type: 'symlink', target: await readlink(source), ...owner })
      else if (entry.isFile()) {
        const { size, mode } = await lstat(source)
        entries.push({
          path,
          type: 'file',
          mode: (mode & 0o111) === 0 ? 0o644 : 0o755,
          size,
          open: () => createReadStream(source),
          ...owner,
        })
      }
    }
  }
  await visit('')
  return entries
}

/** Likewise of a folder that commands have left in a workspace. Throws BuildError OutputMissing where there is none, or
 *  only a link to one. */
export async function builtEntries(
  workspace: string,
  folder: string,
  options: Omit<DirectoryOptions, 'dir'>,
): Promise<TarEntry[]> {
  const dir = await ownFolder(workspace, folder)
  if (dir !== undefined) return directoryEntries({ ...options, dir })
  throw new BuildError('OutputMissing', `The build ended well, but left no folder ${folder} of its own.`, {
    hint: 'Let nothing of the app put a link, or something else, in its place.',
  })
}
