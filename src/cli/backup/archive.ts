/** A backup as one file: a compressed tar with what it is, a copy of the store, and the cluster's certificates and keys.
 *  It holds secrets, so it is private, and written whole or not at all. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, type Header, pack } from 'tar-stream'
import { syncToDisk } from '../../lib/index.ts'
import { CliError } from '../errors.ts'

export const STORE = 'store.sqlite'
export const CERTIFICATES = 'certificates'
const DESCRIPTION = 'naru-backup.json'
/** Of the archive's layout. Later ones are refused. */
const FORMAT = 1
const MAX_FILE_BYTES = 64 * 1024 ** 3

export interface BackupDescription {
  format: number
  /** Naru's version. */
  version: string
  /** RFC 3339. */
  createdAt: string
  /** Revision of the store. */
  revision: number
  objects: number
}

export interface BackupContent {
  description: Omit<BackupDescription, 'format'>
  storeFile: string
  certificatesDir: string
}

/** Returns the archive's size in bytes. */
export async function writeArchive(path: string, content: BackupContent): Promise<number> {
  const partial = `${path}.partial`
  const tar = pack()
  try {
    const written = pipeline(tar, createGzip({ level: 1 }), createWriteStream(partial, { mode: 0o600 }))
    const added = addAll(tar, content).then(() => tar.finalize())
    await Promise.all([written, added])
    await syncToDisk(partial)
    await rename(partial, path)
    return (await stat(path)).size
  } catch (error) {
    tar.destroy()
    await rm(partial, { force: true })
    throw error
  }
}

async function addAll(tar: ReturnType<typeof pack>, content: BackupContent): Promise<void> {
  const description: BackupDescription = { format: FORMAT, ...content.description }
  await addFile(tar, DESCRIPTION, `${JSON.stringify(description, undefined, 2)}\n`)
  const { size } = await stat(content.storeFile)
  const entry = tar.entry({ name: STORE, size, mode: 0o600 })
  await pipeline(createReadStream(content.storeFile), entry)
  const files = await readdir(content.certificatesDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((candidate) => candidate.isFile())) {
    const path = join(file.parentPath, file.name)
    await addFile(tar, join(CERTIFICATES, relative(content.certificatesDir, path)), await readFile(path))
  }
}

function addFile(tar: ReturnType<typeof pack>, name: string, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(data)
    tar.entry({ name, mode: 0o600, size: bytes.length }, bytes, (error) => (error ? reject(error) : resolve()))
  })
}

/** Unpacks an archive into an empty folder. Throws CliError `backupUnusable` for what is no backup of ours. */
export async function readArchive(path: string, folder: string): Promise<BackupDescription> {
  const unusable = (reason: string, cause?: unknown) => CliError.of('backupUnusable', { path, reason }, { cause })
  const tar = extract()
  const reading = pipeline(createReadStream(path), createGunzip(), tar)
  // Looked at below; until then its failure is nobody's.
  reading.catch(() => {})
  try {
    for await (const entry of tar) await unpack(entry.header, entry as unknown as Readable, folder)
    await reading
  } catch (error) {
    if (error instanceof CliError) throw error
    throw unusable((error as Error).message, error)
  }
  const text = await readFile(join(folder, DESCRIPTION), 'utf8').catch(() => undefined)
  if (text === undefined) throw unusable('it has no description: it is no backup, or only a part of one')
  const description = JSON.parse(text) as BackupDescription
  if (description.format > FORMAT) throw unusable(`it was made by a later version of Naru (${description.version})`)
  return description
}

/** Only the files a backup has are unpacked, wherever an archive may point. */
async function unpack({ name, type, size }: Header, content: Readable, folder: string): Promise<void> {
  const path = normalize(name)
  const known = path === DESCRIPTION || path === STORE || path.startsWith(`${CERTIFICATES}/`)
  if (type !== 'file' || !known || path.includes('..') || size > MAX_FILE_BYTES) {
    content.resume()
    return
  }
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await pipeline(content, createWriteStream(target, { mode: 0o600 }))
}
