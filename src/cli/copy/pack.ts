/** A file or folder of this machine as a tar. */
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'

export interface Copied {
  files: number
  bytes: number
}

/** All under the name `name`. Links stay links; what is neither file, folder nor link is left out. The tar is finished when
 *  this resolves. */
export async function packTree(tar: Pack, path: string, name: string): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0 }
  await add(tar, { path, name }, copied)
  tar.finalize()
  return copied
}

export const openPack = (): Pack => pack()

async function add(tar: Pack, { path, name }: { path: string; name: string }, copied: Copied): Promise<void> {
  const found = await lstat(path)
  const { mode, mtime, size } = found
  const header = { name, mode: mode & 0o7777, mtime }
  if (found.isDirectory()) {
    await entry(tar, { ...header, type: 'directory' })
    for (const child of (await readdir(path)).toSorted())
      await add(tar, { path: join(path, child), name: `${name}/${child}` }, copied)
  } else if (found.isSymbolicLink()) await entry(tar, { ...header, type: 'symlink', linkname: await readlink(path) })
  else if (found.isFile()) {
    // What is appended meanwhile is not of this copy.
    const content = size === 0 ? [] : createReadStream(path, { end: size - 1 })
    await pipeline(content, tar.entry({ ...header, type: 'file', size }))
    copied.files += 1
    copied.bytes += size
  }
}

const entry = (tar: Pack, header: Parameters<Pack['entry']>[0]): Promise<void> =>
  new Promise((resolve, reject) => {
    tar.entry(header, (error) => (error ? reject(error) : resolve()))
  })
