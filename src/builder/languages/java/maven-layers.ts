/** The dependencies and the app layer of a Maven project: `mvn package` in the sandbox, and what it leaves in `target`. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { TarEntry } from '../../../images/index.ts'
import type { BuildContext } from '../../context.ts'
import { APP_FOLDER } from '../../layers/source-layer.ts'
import { startStep } from '../../progress.ts'
import { formatBytes } from '../../source/limits.ts'
import { digestSource, type Source } from '../../source/read-source.ts'
import { openWorkspace } from '../../steps/workspace.ts'
import { type CachedLayer, findLayer, layerKey, rememberLayer, storeLayer } from '../../tools/layer-cache.ts'
import { openToolchain } from '../../tools/toolchain.ts'
import { openjdkPackage } from './java-versions.ts'
import { findArtifact } from './find-artifact.ts'
import { runMaven } from './run-maven.ts'
import { defaultRepositories } from './super-pom.ts'
import type { JavaPlan } from './recognise.ts'

const RECIPE = 1

export interface MavenBuild {
  source: Source
  plan: JavaPlan
  maven: NonNullable<JavaPlan['maven']>
}

/** One build makes both; the dependencies are a layer of their own where they are files of their own. */
export function mavenLayers(context: BuildContext, build: MavenBuild): Promise<CachedLayer>[] {
  const made = buildLayers(context, build)
  const app = made.then((layers) => layers.app)
  return build.maven.hasLibraries ? [made.then((layers) => layers.libraries ?? layers.app), app] : [app]
}

interface Layers {
  app: CachedLayer
  libraries: CachedLayer | undefined
}

async function buildLayers(context: BuildContext, { source, plan, maven }: MavenBuild): Promise<Layers> {
  const reporter = startStep('app', context.clock, context.onProgress, 'Maven')
  const toolchain = await openToolchain(
    context,
    { name: `java-${plan.release}`, packages: [openjdkPackage('jdk-headless', plan.release), 'maven'] },
    reporter,
  )
  const key = layerKey({
    recipe: RECIPE,
    kind: 'maven',
    plan,
    // Its name has the digests of its packages in it.
    toolchain: toolchain.dir.slice(context.cacheDir.length),
    source: await digestSource(source),
  })
  const known = await findLayers(context, key, maven)
  if (known !== undefined) {
    reporter.done(formatBytes(known.app.descriptor.size), true)
    return known
  }
  await using workspace = await openWorkspace({ context, reporter, toolchain })
  const defaults = await defaultRepositories(workspace)
  await workspace.add(source)
  await runMaven(context, workspace, { plan, maven, defaults })
  const artifact = await findArtifact(workspace.dir, { module: maven.module, form: plan.form })
  const libraries = maven.hasLibraries ? await librariesLayer(context, artifact.libraries) : undefined
  if (libraries !== undefined) await rememberLayer(context, libraries, key)
  const app = await storeLayer(context, { role: 'app', key, entries: [...artifact.app, APP_FOLDER] })
  reporter.done(`Maven, ${formatBytes(app.descriptor.size)}`)
  return { app, libraries }
}

async function findLayers(context: BuildContext, key: string, maven: MavenBuild['maven']): Promise<Layers | undefined> {
  const [app, libraries] = await Promise.all([
    findLayer(context, 'app', key),
    maven.hasLibraries ? findLayer(context, 'dependencies', key) : undefined,
  ])
  return app === undefined || (maven.hasLibraries && libraries === undefined) ? undefined : { app, libraries }
}

/** Known by its content, so that a change of the app alone makes no other. */
async function librariesLayer(context: BuildContext, entries: readonly TarEntry[]): Promise<CachedLayer> {
  const files = await Promise.all(
    entries.map(async (entry) => [entry.path, entry.type === 'file' ? await digestOf(entry.open()) : entry.type]),
  )
  const key = layerKey({ recipe: RECIPE, kind: 'java-libraries', files })
  return (
    (await findLayer(context, 'dependencies', key)) ??
    (await storeLayer(context, { role: 'dependencies', key, entries: [...entries, LIBRARIES_FOLDER] }))
  )
}

const LIBRARIES_FOLDER: TarEntry = { ...APP_FOLDER, path: 'app/lib' }

async function digestOf(content: Readable): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
