/** Unpacks a tar of regular files and folders below a folder, and nowhere else. */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import { normalizeEntryPath } from '../../images/index.ts'

/** Links and devices are left out: what we unpack (npm packages) has none. Throws TarEntryError for entries that would
 *  leave `target`, and the stream's error for a broken archive. */
export async function extractTar(
  source: Readable,
  options: { target: string; stripComponents: number },
): Promise<void> {
  await mkdir(options.target, { recursive: true })
  const archive = extract()
  const feeding = pipeline(source, archive)
  feeding.catch(() => undefined)
  for await (const entry of archive) {
    const parts = normalizeEntryPath(entry.header.name).split('/').slice(options.stripComponents)
    if (entry.header.type === 'file' && parts.length > 0) {
      const path = join(options.target, ...parts)
      await mkdir(dirname(path), { recursive: true })
      const mode = ((entry.header.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755
      await pipeline(entry, createWriteStream(path, { mode }))
    } else entry.resume()
  }
  await feeding
}
