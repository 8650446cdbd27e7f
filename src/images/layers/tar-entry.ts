/** What a layer is made of: entries with everything that must not vary already decided (owner 0, one fixed time). */
import { Readable } from 'node:stream'
import { TarEntryError } from '../errors.ts'

interface EntryBase {
  /** Relative to the image's root, `/` between parts, no `.` or `..`, no slash at either end. */
  path: string
  /** Seconds since the epoch. Default: the layer's one time for all. */
  mtimeEpochSeconds?: number
  /** User and group id. Default 0. */
  owner?: number
}

export type TarEntry =
  | (EntryBase & { type: 'directory'; mode: number })
  | (EntryBase & { type: 'file'; mode: number; size: number; open: () => Readable })
  | (EntryBase & { type: 'symlink'; target: string })
  /** A hard link to the entry at `target`, which must come before it in path order. */
  | (EntryBase & { type: 'link'; target: string })

/** The path in the form layers use. Throws TarEntryError for one that is empty, absolute or leaves the root. */
export function normalizeEntryPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (path.startsWith('/') || parts.length === 0 || parts.includes('..') || path.includes('\0'))
    throw new TarEntryError(`the entry ${JSON.stringify(path)} is not a path below the root`)
  return parts.join('/')
}

/** An entry whose content is in memory. */
export function textEntry(path: string, text: string | Uint8Array, mode = 0o644): TarEntry {
  const content = Buffer.from(text)
  return { path, type: 'file', mode, size: content.byteLength, open: () => Readable.from([content]) }
}

/** Sorted by path, later entries of the same path winning, with the folders that are missing above them added. Throws
 *  TarEntryError when an entry would lie below one that is no folder. */
export function arrangeEntries(entries: Iterable<TarEntry>): TarEntry[] {
  const byPath = new Map<string, TarEntry>()
  for (const entry of entries) {
    const path = normalizeEntryPath(entry.path)
    byPath.set(path, { ...entry, path })
  }
  // A copy of the keys: folders are added on the way.
  for (const path of Array.from(byPath.keys()))
    for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
      const above = byPath.get(parent)
      if (above !== undefined && above.type !== 'directory')
        throw new TarEntryError(`${path} lies below ${parent}, which is a ${above.type}`)
      if (above === undefined) byPath.set(parent, { path: parent, type: 'directory', mode: 0o755 })
    }
  return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
}

function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? undefined : path.slice(0, slash)
}
