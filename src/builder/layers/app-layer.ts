/** The app layer: the source, or what its build script makes of it, below /app. */
import { createHash } from 'node:crypto'
import { type TarEntry, textEntry } from '../../images/index.ts'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildContext, imageArchitecture } from '../context.ts'
import type { PackageJson } from '../detect/package-json.ts'
import type { BuildPlan } from '../detect/plan.ts'
import { SITE_FOLDERS } from '../detect/site-folder.ts'
import { BuildError } from '../errors.ts'
import { type StepReporter, startStep } from '../progress.ts'
import { formatBytes } from '../source/limits.ts'
import { digestSource, type Source } from '../source/read-source.ts'
import { runBuildScript } from '../steps/build-script.ts'
import { checkSyntax } from '../steps/check-syntax.ts'
import { type CachedLayer, findLayer, layerKey, storeLayer } from '../tools/layer-cache.ts'
import type { NodeRelease } from '../tools/node-release.ts'
import { APP_USER_ID } from './base-layer.ts'
import { caddyConfig } from './caddy-config.ts'
import { directoryEntries } from './directory-entries.ts'
import { APP_FOLDER, sourceEntries } from './source-layer.ts'

const RECIPE = 3

export interface AppOptions {
  source: Source
  plan: BuildPlan
  manifest: PackageJson | undefined
  /** Set when Node.js runs or builds the app. */
  release: NodeRelease | undefined
}

export async function buildAppLayer(context: BuildContext, options: AppOptions): Promise<CachedLayer> {
  const { source, plan, release } = options
  const reporter = startStep('app', context.clock, context.onProgress)
  const key = layerKey({
    recipe: RECIPE,
    plan,
    source: await digestSource(source),
    ...(plan.buildScript === undefined
      ? {}
      : { node: release?.version, architecture: imageArchitecture(context.host) }),
  })
  const known = await findLayer(context, 'app', key)
  if (known !== undefined) {
    reporter.done(formatBytes(known.descriptor.size), true)
    return known
  }
  const layer = await makeLayer(context, options, { key, reporter })
  reporter.done(formatBytes(layer.descriptor.size))
  return layer
}

async function makeLayer(
  context: BuildContext,
  options: AppOptions,
  { key, reporter }: { key: string; reporter: StepReporter },
): Promise<CachedLayer> {
  const { source, plan, manifest, release } = options
  const store = (entries: TarEntry[]) => storeLayer(context, { role: 'app', key, entries: [...entries, APP_FOLDER] })
  if (plan.buildScript !== undefined && manifest !== undefined && release !== undefined) {
    await using workspace = await runBuildScript(context, { source, plan, manifest, release })
    if (plan.kind === 'static') {
      const folder = await findOutput(workspace.dir)
      reporter.output(`site folder: ${folder}`)
      const site = await directoryEntries({ dir: join(workspace.dir, folder), prefix: 'app/site', owner: APP_USER_ID })
      return await store(await withWebServer(site, true))
    }
    return await store(
      await directoryEntries({ dir: workspace.dir, prefix: 'app', owner: APP_USER_ID, include: isPartOfApp }),
    )
  }
  if (plan.kind === 'node' && release !== undefined)
    await checkSyntax(context, plan, { root: source.root, nodeBinary: release.binary })
  if (plan.siteFolder === undefined || plan.start !== undefined) return store(sourceEntries(source, '', 'app'))
  return store(
    await withWebServer(
      sourceEntries(source, plan.siteFolder === '.' ? '' : `${plan.siteFolder}/`, 'app/site').filter(isForVisitors),
      false,
    ),
  )
}

/** Dependencies have a layer of their own; version control and secrets never go into an image. */
function isPartOfApp(path: string): boolean {
  return !/(?:^|\/)(?:node_modules|\.git|\.env|\.cache)$/.test(path)
}

/** Files that describe the project, and hidden ones, are not for a site's visitors. */
function isForVisitors({ path }: TarEntry): boolean {
  const name = path.slice('app/site/'.length)
  if (/(?:^|\/)\.(?!well-known(?:\/|$))/.test(name)) return false
  return !/^(?:package(?:-lock)?\.json|pnpm-lock\.yaml|yarn\.lock|Procfile|score\.yaml|README(?:\.\w+)*)$/.test(name)
}

/** The web server makes entity tags from size and time, so each file's time is made from its content. */
async function withWebServer(site: TarEntry[], isBuilt: boolean): Promise<TarEntry[]> {
  const paths = new Set(site.map(({ path }) => path))
  const has404 = paths.has('app/site/404.html')
  const dated = await Promise.all(
    site.map(async (entry) =>
      entry.type === 'file' ? { ...entry, mtimeEpochSeconds: await timeFromContent(entry) } : entry,
    ),
  )
  return [...dated, textEntry('app/caddy.json', caddyConfig({ has404, isSinglePage: isBuilt && !has404 }))]
}

/** Between 1980 and 2014, the same for the same content. */
async function timeFromContent(entry: Extract<TarEntry, { type: 'file' }>): Promise<number> {
  const hash = createHash('sha256')
  for await (const chunk of entry.open()) hash.update(chunk as Buffer)
  return 315_532_800 + (hash.digest().readUInt32BE(0) >>> 2)
}

/** The first of the usual folders that the build left an index.html in. */
async function findOutput(dir: string): Promise<string> {
  for (const folder of SITE_FOLDERS) {
    // The build script is not trusted: a link would let it put any file of this machine into the image.
    const facts = await lstat(join(dir, folder)).catch(() => undefined)
    if (facts?.isDirectory() !== true) continue
    const entries = await directoryEntries({ dir: join(dir, folder), prefix: 'x' })
    const indexes = entries.filter(({ path, type }) => type === 'file' && /^x\/(?:[^/]+\/){0,2}index\.html$/.test(path))
    const [top] = indexes.sort(
      (a, b) => a.path.split('/').length - b.path.split('/').length || (a.path < b.path ? -1 : 1),
    )
    if (top !== undefined) return join(folder, top.path.slice('x/'.length, -'index.html'.length)).replace(/\/$/, '')
  }
  throw new BuildError(
    'OutputMissing',
    `The build script ended well, but left no index.html in ${SITE_FOLDERS.map((folder) => `${folder}/`).join(', ')}.`,
    {
      hint: 'Let the build script write the site into one of these folders; if it is a server rather than a site, add "scripts": { "start": … } to package.json.',
    },
  )
}
