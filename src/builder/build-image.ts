/** Source folder in, image in the registry out. */
import { basename, resolve } from 'node:path'
import { REGISTRY_HOST } from '../api/index.ts'
import {
  isRepositoryName,
  type PushedBlob,
  type RegistryAddress,
  type WrittenImage,
  writeImage,
} from '../images/index.ts'
import { type Clock, hasErrno, systemClock } from '../lib/index.ts'
import { type BuildContext, type BuildHost, imageArchitecture, inspectBuildHost } from './context.ts'
import { detect } from './detect/detect.ts'
import { readPackageJson } from './detect/package-json.ts'
import type { BuildPlan } from './detect/plan.ts'
import { BuildError } from './errors.ts'
import { assembleLayers } from './layers/assemble.ts'
import { runConfig } from './layers/run-config.ts'
import { type OnProgress, startStep } from './progress.ts'
import { pruneCache } from './prune-cache.ts'
import { pushImage } from './push-image.ts'
import { readSource } from './source/read-source.ts'
import type { SourceLimits } from './source/limits.ts'
import type { CachedLayer, LayerRole } from './tools/layer-cache.ts'
import { throwIfCancelled } from './tools/run-process.ts'

export interface BuildImageOptions {
  /** The source folder. */
  source: string
  /** Name and namespace of the app: the image is `<registry>/<namespace>/<name>`. */
  name: string
  namespace: string
  cacheDir: string
  registry: RegistryAddress
  /** The user's environment. */
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
  onProgress: OnProgress
  /** Looked at when left out. */
  host?: BuildHost
  clock?: Clock
  limits?: SourceLimits
}

export interface BuiltLayer {
  role: LayerRole
  digest: string
  /** Compressed. */
  sizeBytes: number
  /** Neither made nor sent: it was there from an earlier build. */
  reused: boolean
}

export interface BuiltImage {
  /** `registry.naru.localhost/<namespace>/<name>@sha256:…` */
  image: string
  digest: string
  /** Lowest first. */
  layers: readonly BuiltLayer[]
  plan: BuildPlan
}

/** The same source on the same versions gives the same digest. Throws BuildError and nothing else but bugs; on a
 *  failure or when `signal` aborts, no process and no working folder is left. */
export async function buildImage(options: BuildImageOptions): Promise<BuiltImage> {
  const repository = `${options.namespace}/${options.name}`
  if (!isRepositoryName(repository))
    throw new BuildError('NameInvalid', `${JSON.stringify(repository)} cannot name an image.`, {
      hint: 'Use lower-case letters, digits and "-".',
    })
  // Layers are made side by side: when one fails the others are stopped before the error is given on.
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  try {
    const context: BuildContext = {
      cacheDir: resolve(options.cacheDir),
      host: options.host ?? (await inspectBuildHost(options.env)),
      env: options.env,
      clock: options.clock ?? systemClock,
      signal,
      onProgress: options.onProgress,
    }
    return await build(context, options, { repository, stop })
  } catch (error) {
    stop.abort()
    throw translateFailure(error, options)
  }
}

async function build(
  context: BuildContext,
  options: BuildImageOptions,
  { repository, stop }: { repository: string; stop: AbortController },
): Promise<BuiltImage> {
  await pruneCache(context)
  const reading = startStep('source', context.clock, context.onProgress, basename(options.source))
  const source = await readSource({
    root: resolve(options.source),
    signal: context.signal,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  for (const path of source.excludedSecrets)
    reading.warn(
      `${path} is left out of the image because it usually holds secrets; pass its variables to the app, or add "!${path}" to .naruignore.`,
    )
  reading.done(`${source.files.length} files`)

  const detecting = startStep('detect', context.clock, context.onProgress)
  const plan = await detect(source)
  detecting.done(plan.summary)

  const layers = await assembleLayers(context, { source, plan, manifest: await readPackageJson(source), stop })
  throwIfCancelled(context.signal)
  const image: WrittenImage = writeImage({
    architecture: imageArchitecture(context.host),
    layers: layers.map(({ descriptor }) => descriptor),
    run: runConfig(plan),
    history: layers.map(({ role }) => `naru: ${role}`),
    createdEpochSeconds: 0,
  })
  const pushed = await pushImage(context, { registry: options.registry, repository, layers, image })
  return {
    image: `${REGISTRY_HOST}/${repository}@${image.manifestDigest}`,
    digest: image.manifestDigest,
    layers: reportLayers(layers, pushed),
    plan,
  }
}

/** The layers of an image, with what was made or sent for it. */
export function reportLayers(
  layers: readonly CachedLayer[],
  pushed: ReadonlyMap<string, PushedBlob>,
): readonly BuiltLayer[] {
  return layers.map(({ role, descriptor, reused }) => ({
    role,
    digest: descriptor.digest,
    sizeBytes: descriptor.size,
    reused: reused && pushed.get(descriptor.digest) !== 'uploaded',
  }))
}

/** Everything that can go wrong on the way, in the builder's own words. */
export function translateFailure(
  error: unknown,
  { signal, cacheDir }: Pick<BuildImageOptions, 'signal' | 'cacheDir'>,
): unknown {
  if (signal.aborted) return new BuildError('Cancelled', 'The build was cancelled.', { cause: error })
  if (error instanceof BuildError) return error
  if (hasErrno(error, 'ENOSPC', 'EDQUOT'))
    return new BuildError('DiskFull', `The disk that holds ${cacheDir} is full.`, {
      hint: 'Free some space; the build cache may be deleted at any time.',
      cause: error,
    })
  if (hasErrno(error, 'EACCES', 'EPERM', 'EROFS'))
    return new BuildError('SourceUnreadable', 'A file could not be read or written.', {
      hint: `Look at the permissions of ${cacheDir} and of the source folder.`,
      cause: error,
    })
  if (error instanceof Error && error.name === 'TarEntryError')
    return new BuildError('SourceChanged', 'The source changed while it was read.', {
      hint: 'Deploy again.',
      cause: error,
    })
  return error
}
