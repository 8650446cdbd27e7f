/** The source as it is, below /app. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { TarEntry } from '../../images/index.ts'
import type { BuildContext } from '../context.ts'
import { startStep } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { digestSource, type Source } from '../source/read-source.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'
import { APP_USER_ID } from './base-layer.ts'

const RECIPE = 1

export const APP_FOLDER: TarEntry = { path: 'app', type: 'directory', mode: 0o755, owner: APP_USER_ID }

export async function buildSourceLayer(context: BuildContext, source: Source): Promise<CachedLayer> {
  const reporter = startStep('app', context.clock, context.onProgress)
  const key = layerKey({ recipe: RECIPE, kind: 'source', source: await digestSource(source) })
  const layer =
    (await findLayer(context, 'app', key)) ??
    (await storeLayer(context, { role: 'app', key, entries: [...sourceEntries(source, '', 'app'), APP_FOLDER] }))
  reporter.done(formatBytes(layer.descriptor.size), layer.reused)
  return layer
}

/** Files of the source below a folder. */
export function sourceEntries(source: Source, folder: string, prefix: string): TarEntry[] {
  return source.files
    .filter((file) => file.path.startsWith(folder))
    .map((file): TarEntry => {
      const path = `${prefix}/${file.path.slice(folder.length)}`
      if (file.type === 'symlink') return { path, type: 'symlink', target: file.target, owner: APP_USER_ID }
      const open = () => createReadStream(join(source.root, file.path))
      return { path, type: 'file', mode: file.executable ? 0o755 : 0o644, size: file.size, open, owner: APP_USER_ID }
    })
}
