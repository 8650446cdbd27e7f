/** How large a folder is that somebody else writes to. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/index.ts'
import { formatBytes } from '../output/text.ts'

const LOOK_AGAIN_MS = 250

export interface Watched {
  signal: AbortSignal
  clock: Clock
  onBytes?: (bytes: number) => void
  maxBytes: number
}

/** Aborts `work` when the folder is larger than it may be. Throws Error that says so. */
export async function whileWithin(
  folder: string,
  { signal, clock, onBytes, maxBytes }: Watched,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const [tooLarge, done] = [new AbortController(), new AbortController()]
  const look = async () => {
    const bytes = await folderSize(folder)
    onBytes?.(bytes)
    if (bytes > maxBytes) tooLarge.abort(new Error(`it is larger than ${formatBytes(maxBytes)}`))
  }
  const watching = (async () => {
    while (!done.signal.aborted && !tooLarge.signal.aborted) {
      await look()
      await clock.sleep(LOOK_AGAIN_MS, done.signal)
    }
  })()
  try {
    await work(AbortSignal.any([signal, tooLarge.signal]))
    await look()
    tooLarge.signal.throwIfAborted()
  } finally {
    done.abort()
    await watching
  }
}

/** In bytes. What goes while it is looked at counts for nothing, and so do folders and links. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries)
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0
  return bytes
}
