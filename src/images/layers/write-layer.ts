/** Writes entries as a compressed layer whose bytes depend on the entries alone. */
import { createHash, randomUUID, type Hash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import { syncToDisk } from '../../lib/index.ts'
import { MEDIA_TYPE } from '../media-types.ts'
import type { LayerDescriptor } from '../manifest.ts'
import { compressReproducibly } from './compress.ts'
import { arrangeEntries, type TarEntry } from './tar-entry.ts'

/** Written into every layer's descriptor: what part of the image it is. */
export const LAYER_ANNOTATION = 'naru.dev/layer'

export interface WriteLayerOptions {
  entries: Iterable<TarEntry>
  /** Where the compressed layer goes; written whole or not at all. */
  file: string
  /** Value of the annotation `naru.dev/layer`. */
  role: string
  /** Modification time of every entry, seconds since the epoch. Default 0. */
  mtimeEpochSeconds?: number
  signal?: AbortSignal
}

/** Entries are written sorted, owned by root, with one fixed time. Throws TarEntryError for entries that contradict each
 *  other or change their size while they are read, and the system's error when a file cannot be read or written. */
export async function writeLayer(options: WriteLayerOptions): Promise<LayerDescriptor> {
  const { file, role, signal } = options
  const entries = arrangeEntries(options.entries)
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${randomUUID()}.tmp`
  signal?.throwIfAborted()
  const tar = pack()
  const content = createHash('sha256')
  const compressed = createHash('sha256')
  const counter = { bytes: 0 }
  try {
    const writing = pipeline(
      quiet(tar),
      quiet(hashing(content)),
      compressReproducibly,
      quiet(hashing(compressed, counter)),
      quiet(createWriteStream(temporary, { mode: 0o644 })),
      ...(signal === undefined ? [] : [{ signal }]),
    )
    // Both are awaited: a failure of one ends the other.
    const filling = fill(tar, entries, options.mtimeEpochSeconds ?? 0).catch((error: unknown) => {
      tar.destroy(error as Error)
      throw error
    })
    const [filled, written] = await Promise.allSettled([filling, writing])
    signal?.throwIfAborted()
    if (filled.status === 'rejected') throw filled.reason
    if (written.status === 'rejected') throw written.reason
    await syncToDisk(temporary)
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return {
    mediaType: MEDIA_TYPE.layerZstd,
    digest: `sha256:${compressed.digest('hex')}`,
    size: counter.bytes,
    diffId: `sha256:${content.digest('hex')}`,
    annotations: { [LAYER_ANNOTATION]: role },
  }
}

const EMPTY = Buffer.alloc(0)

type EntryHeader = Parameters<Pack['entry']>[0]

async function fill(tar: Pack, entries: TarEntry[], commonMtime: number): Promise<void> {
  for (const entry of entries) {
    const owner = entry.owner ?? 0
    const mtime = new Date((entry.mtimeEpochSeconds ?? commonMtime) * 1000)
    const base = { mtime, uid: owner, gid: owner, uname: '', gname: '' }
    if (entry.type === 'directory')
      await addEmpty(tar, { ...base, name: `${entry.path}/`, type: 'directory', mode: entry.mode })
    else if (entry.type === 'file')
      await addFile(tar, { ...base, name: entry.path, type: 'file', mode: entry.mode }, entry)
    else await addEmpty(tar, { ...base, name: entry.path, type: entry.type, linkname: entry.target, mode: 0o777 })
  }
  tar.finalize()
}

function addEmpty(tar: Pack, header: EntryHeader): Promise<void> {
  return new Promise((resolve, reject) => {
    if (tar.destroyed) return reject(new Error('the layer could not be written'))
    // The empty content closes the entry: without it a file of no bytes would be waited for without end.
    quiet(tar.entry({ ...header, size: 0 }, EMPTY, (error) => (error ? reject(error) : resolve())))
  })
}

async function addFile(tar: Pack, header: EntryHeader, entry: Extract<TarEntry, { type: 'file' }>): Promise<void> {
  if (entry.size === 0) return addEmpty(tar, header)
  await pipeline(quiet(entry.open()), quiet(tar.entry({ ...header, size: entry.size })))
}

/** Failures come out of the pipeline; the same failure once more from a stream that an abort destroyed late has no other
 *  listener, and would end the process. */
function quiet<S extends NodeJS.EventEmitter>(stream: S): S {
  stream.on('error', () => undefined)
  return stream
}

function hashing(hash: Hash, counter = { bytes: 0 }): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      counter.bytes += chunk.byteLength
      done(null, chunk)
    },
  })
}
