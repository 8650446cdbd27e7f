/** Finished layers by what they were made from: `layers/<role>-<key>.json` says which `layers/blobs/<hex>` it is. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type LayerDescriptor, parseDigest, type TarEntry, writeLayer } from '../../images/index.ts'
import { writeFileAtomically } from '../../lib/index.ts'
import type { BuildContext } from '../context.ts'

export type LayerRole = 'base' | 'runtime' | 'dependencies' | 'app'

export interface CachedLayer {
  role: LayerRole
  descriptor: LayerDescriptor
  /** The compressed layer. */
  file: string
  /** It was there already. */
  reused: boolean
}

/** One digest of everything a layer is made from. Bump a recipe's number when the code that makes it changes. */
export function layerKey(inputs: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 40)
}

export async function findLayer(context: BuildContext, role: LayerRole, key: string): Promise<CachedLayer | undefined> {
  const record = recordPath(context, role, key)
  try {
    const descriptor = JSON.parse(await readFile(record, 'utf8')) as LayerDescriptor
    const file = blobPath(context, descriptor)
    if ((await stat(file)).size !== descriptor.size) return undefined
    const now = context.clock.now() / 1000
    await Promise.all([utimes(record, now, now), utimes(file, now, now)])
    return { role, descriptor, file, reused: true }
  } catch {
    // Not there, or damaged: it is made anew.
    return undefined
  }
}

/** Writes the layer and remembers it under its key. */
export async function storeLayer(
  context: BuildContext,
  layer: { role: LayerRole; key: string; entries: Iterable<TarEntry> },
): Promise<CachedLayer> {
  const { role, key, entries } = layer
  const folder = join(context.cacheDir, 'layers', 'blobs')
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `new-${randomUUID()}`)
  const descriptor = await writeLayer({ entries, file: temporary, role, signal: context.signal })
  const file = blobPath(context, descriptor)
  await rename(temporary, file)
  const stored = { role, descriptor, file, reused: false }
  await rememberLayer(context, stored, key)
  return stored
}

/** Finds it under another key as well. */
export async function rememberLayer(
  context: BuildContext,
  { role, descriptor }: CachedLayer,
  key: string,
): Promise<void> {
  await writeFileAtomically(recordPath(context, role, key), JSON.stringify(descriptor))
}

function recordPath({ cacheDir }: BuildContext, role: LayerRole, key: string): string {
  return join(cacheDir, 'layers', `${role}-${key}.json`)
}

function blobPath({ cacheDir }: BuildContext, { digest }: LayerDescriptor): string {
  return join(cacheDir, 'layers', 'blobs', parseDigest(digest)?.hex ?? 'invalid')
}
