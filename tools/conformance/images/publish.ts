/** Makes images, usually those that the conformance tests name, and pushes them to an engine's registry. Layers and
 *  packages are kept in the user's cache; an engine that has an image already gets nothing. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type BuildContext, imageArchitecture, inspectBuildHost } from '../../../src/builder/context.ts'
import { resolvePackageSet } from '../../../src/builder/debian/package-set.ts'
import { buildBaseLayer } from '../../../src/builder/layers/base-layer.ts'
import {
  type CachedLayer,
  findLayer,
  layerKey,
  type LayerRole,
  storeLayer,
} from '../../../src/builder/tools/layer-cache.ts'
import {
  MEDIA_TYPE,
  pushBlob,
  pushManifest,
  type RegistryAddress,
  type TarEntry,
  textEntry,
  writeImage,
} from '../../../src/images/index.ts'
import { systemClock } from '../../../src/lib/index.ts'
import { buildGoTool } from '../../go/build.ts'
import { kubernetesModule } from '../../go/kubernetes-module.ts'
import { packageEntries, packagesWithDependencies } from './packages.ts'
import type { ImageRecipe } from './recipes.ts'

export interface PublishOptions {
  recipes: readonly ImageRecipe[]
  registry: RegistryAddress
  signal: AbortSignal
  say: (line: string) => void
}

const RECIPE = 1

export async function publishImages(options: PublishOptions): Promise<void> {
  const context: BuildContext = {
    cacheDir: join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'naru-tools', 'images'),
    host: await inspectBuildHost(process.env),
    env: process.env,
    clock: systemClock,
    signal: options.signal,
    onProgress: () => {},
  }
  for (const recipe of options.recipes) {
    const layers = await layersOf(context, recipe, options.say)
    await push(context, { ...options, recipe, layers })
    options.say(`image ${recipe.repository}:${recipe.tag}`)
  }
}

async function layersOf(
  context: BuildContext,
  recipe: ImageRecipe,
  say: (line: string) => void,
): Promise<CachedLayer[]> {
  const own = await ownLayer(context, recipe, say)
  if (recipe.bare === true) return own
  const base = await buildBaseLayer(context)
  if (recipe.packages === undefined) return [base, ...own]
  return [base, await packagesLayer(context, recipe.packages), ...own]
}

async function packagesLayer(context: BuildContext, names: readonly string[]): Promise<CachedLayer> {
  const name = `conformance-${names[0]}`
  const reporter = { output: () => {}, warn: () => {}, done: () => {} }
  const packages = await resolvePackageSet(context, { name, packages: packagesWithDependencies(names) }, reporter)
  const inputs = { recipe: RECIPE, packages: packages.map(({ name: of, sha256 }) => [of, sha256]) }
  return cached(context, { role: 'runtime', inputs, entries: () => packageEntries(context, packages) })
}

/** Programs, files and links of the recipe; none where it has none. */
async function ownLayer(
  context: BuildContext,
  recipe: ImageRecipe,
  say: (line: string) => void,
): Promise<CachedLayer[]> {
  const architecture = imageArchitecture(context.host)
  const programs: [string, string][] = []
  for (const [path, tool] of Object.entries(recipe.programs ?? {})) programs.push([path, await buildGoTool(tool, say)])
  const { links = {}, executables = {} } = recipe
  const files = { ...recipe.files, ...(await moduleFiles(recipe.moduleFiles ?? {})) }
  // A built program's path names what it was built from.
  const inputs = {
    recipe: RECIPE,
    programs,
    files,
    links,
    executables: Object.entries(executables).map(([path, make]) => [
      path,
      Buffer.from(make(architecture)).toString('base64'),
    ]),
    architecture,
    ...(recipe.setuid && { setuid: true }),
  }
  const entries = async (): Promise<TarEntry[]> => [
    ...(await Promise.all(programs.map(([path, source]) => programEntry(path, source, recipe.setuid)))),
    ...Object.entries(executables).map(([path, make]) => textEntry(path, make(architecture), 0o755)),
    ...Object.entries(files).map(([path, text]) => textEntry(path, text)),
    ...Object.entries(links).map(([path, target]): TarEntry => ({ path, type: 'symlink', target })),
  ]
  const isEmpty = [programs, ...[files, links, executables].map(Object.keys)].every(({ length }) => length === 0)
  return isEmpty ? [] : [await cached(context, { role: 'app', inputs, entries })]
}

async function moduleFiles(paths: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  for (const [path, source] of Object.entries(paths))
    texts[path] = await readFile(join(kubernetesModule(), source), 'utf8')
  return texts
}

async function programEntry(path: string, source: string, setuid = false): Promise<TarEntry> {
  const { size } = await stat(source)
  return { path, type: 'file', mode: setuid ? 0o6755 : 0o755, size, open: () => createReadStream(source) }
}

async function cached(
  context: BuildContext,
  layer: { role: LayerRole; inputs: Record<string, unknown>; entries: () => Promise<TarEntry[]> },
): Promise<CachedLayer> {
  const key = layerKey(layer.inputs)
  return (
    (await findLayer(context, layer.role, key)) ??
    (await storeLayer(context, { role: layer.role, key, entries: await layer.entries() }))
  )
}

async function push(
  context: BuildContext,
  options: PublishOptions & { recipe: ImageRecipe; layers: readonly CachedLayer[] },
): Promise<void> {
  const { registry, signal, recipe, layers } = options
  const { repository } = recipe
  const image = writeImage({
    architecture: imageArchitecture(context.host),
    layers: layers.map(({ descriptor }) => descriptor),
    run: { user: '', workingDir: '/', env: { PATH: STANDARD_PATH }, command: [], ...recipe.run },
    history: layers.map(({ role }) => `naru: ${role}`),
    createdEpochSeconds: 0,
  })
  const blobs = [
    ...layers.map(({ descriptor, file }) => ({ descriptor, open: () => createReadStream(file) })),
    { descriptor: image.configDescriptor, open: () => Readable.from([image.config]) },
  ]
  for (const blob of blobs) await pushBlob({ registry, repository, signal, blob })
  await pushManifest({
    registry,
    repository,
    signal,
    reference: recipe.tag,
    mediaType: MEDIA_TYPE.manifest,
    content: image.manifest,
  })
}

const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
