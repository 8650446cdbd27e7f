/** A tar of a pod as files of this machine. Who made it is not trusted: nothing is written outside its folder. */
import { createWriteStream } from 'node:fs'
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Extract } from 'tar-stream'
import type { Copied } from './pack.ts'

/** `target` is what the tar's first part is here, and must not be there. Links are made last, so that nothing is written
 *  through one. Throws for names that lead elsewhere. */
export async function unpackTree(tar: Extract, target: string): Promise<Copied> {
  const copied: Copied = { files: 0, bytes: 0 }
  const links: { at: string; to: string }[] = []
  const modes: { at: string; mode: number }[] = []
  for await (const entry of tar) {
    const { name, type, mode, linkname, size } = entry.header
    const at = join(target, ...partsOf(name))
    if (type === 'directory') {
      await mkdir(at, { recursive: true })
      modes.push({ at, mode })
    } else if (type === 'file') {
      await mkdir(dirname(at), { recursive: true })
      await pipeline(entry, createWriteStream(at, { flags: 'w' }))
      modes.push({ at, mode })
      copied.files += 1
      copied.bytes += size
      continue
    } else if (type === 'symlink') links.push({ at, to: linkname })
    // A second name of a file that came before.
    else if (type === 'link') {
      await copyFile(join(target, ...partsOf(linkname)), at)
      copied.files += 1
    }
    entry.resume()
  }
  // A folder that may not be written to is filled by now.
  for (const { at, mode } of modes.toReversed()) await chmod(at, mode & 0o777)
  for (const { at, to } of links) {
    await mkdir(dirname(at), { recursive: true })
    await symlink(to, at)
  }
  return copied
}

/** Below the first part. */
function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (name.startsWith('/') || name.includes('\0') || parts.includes('..'))
    throw new Error(`it has a file in it whose name leads elsewhere: ${JSON.stringify(name)}`)
  return name.startsWith('./') || name === '.' ? parts : parts.slice(1)
}
