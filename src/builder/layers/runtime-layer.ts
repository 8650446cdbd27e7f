/** The runtime layer: the node binary, or Debian's caddy for static sites. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { TarEntry } from '../../images/index.ts'
import { type BuildContext, imageArchitecture } from '../context.ts'
import { Apt } from '../debian/apt.ts'
import { resolvePackageSet } from '../debian/package-set.ts'
import { readDeb } from '../debian/read-deb.ts'
import { NODE_PATH } from '../detect/start-command.ts'
import { startStep } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'
import type { NodeRelease } from '../tools/node-release.ts'
import { directoryEntries } from './directory-entries.ts'

const RECIPE = 2

/** A package manager that the app's start command calls, with the folder it is unpacked in. */
export interface RuntimeTool {
  name: string
  version: string
  dir: string
  /** Command name → path inside `dir`. */
  commands: Readonly<Record<string, string>>
}

export async function buildNodeLayer(
  context: BuildContext,
  release: NodeRelease,
  tool: RuntimeTool | undefined,
): Promise<CachedLayer> {
  const reporter = startStep('runtime', context.clock, context.onProgress, `Node.js ${release.version}`)
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    node: release.version,
    tool: tool === undefined ? null : [tool.name, tool.version],
  })
  const known = await findLayer(context, 'runtime', key)
  const detail = `Node.js ${release.version}${tool === undefined ? '' : `, ${tool.name} ${tool.version}`}`
  if (known !== undefined) {
    reporter.done(detail, true)
    return known
  }
  const binary = await release.binary()
  const entries: TarEntry[] = [
    {
      path: NODE_PATH.slice(1),
      type: 'file',
      mode: 0o755,
      size: (await stat(binary)).size,
      open: () => createReadStream(binary),
    },
    ...(tool === undefined ? [] : await toolEntries(tool)),
  ]
  const layer = await storeLayer(context, { role: 'runtime', key, entries })
  reporter.done(`${detail}, ${formatBytes(layer.descriptor.size)}`)
  return layer
}

async function toolEntries({ name, dir, commands }: RuntimeTool): Promise<TarEntry[]> {
  const folder = `usr/local/lib/node_modules/${name}`
  const links = Object.entries(commands).map(
    ([command, path]): TarEntry => ({
      path: `usr/local/bin/${command}`,
      type: 'symlink',
      target: `../lib/node_modules/${name}/${path}`,
    }),
  )
  return [...(await directoryEntries({ dir, prefix: folder })), ...links]
}

/** Debian's caddy, with the library and the table of media types it needs. */
export async function buildCaddyLayer(context: BuildContext): Promise<CachedLayer> {
  const reporter = startStep('runtime', context.clock, context.onProgress, 'Caddy')
  const packages = await resolvePackageSet(
    context,
    { name: 'caddy', packages: ['caddy', 'libzstd1', 'media-types'] },
    reporter,
  )
  const version = packages[0]?.fileName.split('_')[1] ?? ''
  const key = layerKey({
    recipe: RECIPE,
    architecture: imageArchitecture(context.host),
    packages: packages.map(({ name, sha256 }) => [name, sha256]),
  })
  const known = await findLayer(context, 'runtime', key)
  if (known !== undefined) {
    reporter.done(`Caddy ${version}`, true)
    return known
  }
  const entries: TarEntry[] = []
  for (const file of await new Apt(context).download(packages, reporter.output))
    entries.push(
      ...(await readDeb(file, context.signal)).filter(({ path }) => !/^(?:etc|usr\/share)\/caddy(?:\/|$)/.test(path)),
    )
  const layer = await storeLayer(context, { role: 'runtime', key, entries })
  reporter.done(`Caddy ${version}, ${formatBytes(layer.descriptor.size)}`)
  return layer
}
