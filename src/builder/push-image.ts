/** Sends an image to the registry: what it lacks, then the manifest. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import {
  MEDIA_TYPE,
  pushBlob,
  type PushedBlob,
  pushManifest,
  type RegistryAddress,
  RegistryClientError,
  type WrittenImage,
} from '../images/index.ts'
import type { BuildContext } from './context.ts'
import { BuildError } from './errors.ts'
import { startStep } from './progress.ts'
import { formatBytes } from './source/limits.ts'
import type { CachedLayer } from './tools/layer-cache.ts'

export interface PushImageOptions {
  registry: RegistryAddress
  repository: string
  layers: readonly CachedLayer[]
  image: WrittenImage
}

/** What happened to each layer, by digest. The tag `latest` moves to the image. Throws BuildError PushFailed, Cancelled. */
export async function pushImage(context: BuildContext, options: PushImageOptions): Promise<Map<string, PushedBlob>> {
  const { registry, repository, layers, image } = options
  const { signal } = context
  const reporter = startStep('push', context.clock, context.onProgress, repository)
  try {
    const outcomes = await Promise.all(
      layers.map(async ({ descriptor, file }) => {
        const outcome = await pushBlob({
          registry,
          repository,
          signal,
          blob: { descriptor, open: () => createReadStream(file) },
        })
        return [descriptor.digest, outcome] as const
      }),
    )
    await pushBlob({
      registry,
      repository,
      signal,
      blob: { descriptor: image.configDescriptor, open: () => Readable.from([image.config]) },
    })
    await pushManifest({
      registry,
      repository,
      signal,
      reference: 'latest',
      mediaType: MEDIA_TYPE.manifest,
      content: image.manifest,
    })
    const sent = layers.filter(({ descriptor }) =>
      outcomes.some(([digest, outcome]) => digest === descriptor.digest && outcome === 'uploaded'),
    )
    const bytes = sent.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
    reporter.done(
      sent.length === 0
        ? image.manifestDigest.slice(0, 19)
        : `${image.manifestDigest.slice(0, 19)}, ${formatBytes(bytes)} sent`,
    )
    return new Map(outcomes)
  } catch (error) {
    if (!(error instanceof RegistryClientError)) throw error
    throw new BuildError('PushFailed', `The image cannot be pushed: ${error.message}`, {
      hint: HINTS[error.reason],
      cause: error,
    })
  }
}

const HINTS: Record<RegistryClientError['reason'], string> = {
  Unreachable: 'Run "naru up", then deploy again.',
  Unauthorized: 'The engine may have new credentials: deploy again.',
  NotFound: 'Is the address that of an OCI registry?',
  Refused: 'Free some space if the disk is full; the log of the engine says more.',
  Corrupt: 'Deploy again; the log of the registry says more.',
}
