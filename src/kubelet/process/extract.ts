/** Unpacks a layer into a directory and never outside of it: no absolute or `..` paths, no writing through symlinks, no
 *  devices; whiteouts remove what lower layers put there. Source: OCI image-spec v1.1, layer.md. */
import { createWriteStream } from 'node:fs'
import { chmod, link, lstat, mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { extract, type Header } from 'tar-stream'
import { RuntimeError } from '../errors.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/** The entry's place below `root`; throws where it would leave it. */
function placeOf(root: string, name: string): string {
  const path = normalize(name.replace(/^\/+/, ''))
  if (path.includes('\0') || path === '..' || path.startsWith('../') || isAbsolute(path))
    throw new RuntimeError('Failed', `a layer has an entry outside of the image: ${JSON.stringify(name)}`)
  return join(root, path)
}

/** Makes the parents, none of which may be a symlink (an entry must not be written through one). */
async function makeParents(root: string, target: string): Promise<void> {
  let current = root
  for (const part of relative(root, dirname(target)).split('/')) {
    if (part === '') continue
    current = join(current, part)
    const present = await lstat(current).catch(() => undefined)
    if (present === undefined) await mkdir(current)
    else if (!present.isDirectory())
      throw new RuntimeError(
        'Failed',
        `a layer writes through ${JSON.stringify(relative(root, current))}, which is no directory`,
      )
  }
}

/** Absolute targets are meant from the image's root, so they become relative; those that leave it are refused. */
function symlinkTarget(root: string, place: string, target: string): string {
  const meant = isAbsolute(target) ? join(root, target) : resolve(dirname(place), target)
  if (meant !== root && !meant.startsWith(`${root}/`))
    throw new RuntimeError(
      'Failed',
      `a symlink leaves the image: ${JSON.stringify(relative(root, place))} → ${JSON.stringify(target)}`,
    )
  return isAbsolute(target) ? relative(dirname(place), meant) : target
}

async function place(root: string, header: Header, entry: NodeJS.ReadableStream): Promise<void> {
  const target = placeOf(root, header.name)
  const base = target.slice(dirname(target).length + 1)
  if (target === root) return
  await makeParents(root, target)
  if (base === OPAQUE) {
    for (const name of await readdir(dirname(target)).catch(() => []))
      await rm(join(dirname(target), name), { recursive: true, force: true })
    return
  }
  if (base.startsWith(WHITEOUT)) {
    await rm(join(dirname(target), base.slice(WHITEOUT.length)), { recursive: true, force: true })
    return
  }
  const present = await lstat(target).catch(() => undefined)
  if (header.type === 'directory') {
    if (present !== undefined && !present.isDirectory()) await rm(target, { force: true })
    if (!present?.isDirectory()) await mkdir(target)
    // The owner must always be able to write and remove what is below.
    await chmod(target, ((header.mode ?? 0o755) & 0o777) | 0o700)
    return
  }
  if (present !== undefined) await rm(target, { recursive: true, force: true })
  if (header.type === 'symlink') await symlink(symlinkTarget(root, target, header.linkname ?? ''), target)
  else if (header.type === 'link') {
    const source = placeOf(root, header.linkname ?? '')
    await makeParents(root, source)
    if (!(await lstat(source)).isFile())
      throw new RuntimeError('Failed', `a hard link to ${header.linkname}, which is no file`)
    await link(source, target)
  } else if (header.type === 'file' || header.type === 'contiguous-file') {
    // Set-user-id and the like are dropped: the process runs as the user who runs Naru.
    const mode = ((header.mode ?? 0o644) & 0o777) | 0o400
    await pipeline(entry, createWriteStream(target, { flags: 'wx', mode }))
    await chmod(target, mode)
  }
  // Devices and pipes are left out: an ordinary user cannot make them, an application does not need them.
}

/** `root` must be absolute and without symlinks. Rejects when the stream fails or an entry is refused. */
export async function extractLayer(root: string, tar: NodeJS.ReadableStream): Promise<void> {
  const archive = extract()
  tar.once('error', (error) => archive.destroy(error as Error))
  tar.pipe(archive)
  for await (const entry of archive) {
    await place(root, entry.header, entry as unknown as NodeJS.ReadableStream)
    entry.resume()
  }
}
