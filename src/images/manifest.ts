/** Image manifests and configurations, written so that the same input gives the same bytes.
 *  Source: OCI image spec v1.1, manifest.md and config.md. */
import { digestOf } from './digest.ts'
import { MEDIA_TYPE } from './media-types.ts'

export interface Descriptor {
  mediaType: string
  digest: string
  /** Bytes. */
  size: number
  artifactType?: string
  annotations?: Record<string, string>
  urls?: string[]
  platform?: { architecture: string; os: string; variant?: string }
}

export interface ImageManifest {
  schemaVersion: 2
  mediaType: string
  artifactType?: string
  config: Descriptor
  layers: Descriptor[]
  subject?: Descriptor
  annotations?: Record<string, string>
}

/** What a container made from the image starts with, when its pod says nothing else. */
export interface RunConfig {
  user: string
  workingDir: string
  /** Variables; written sorted by name. */
  env: Record<string, string>
  /** The process, without a shell of its own; where there is an entrypoint, its arguments. */
  command: readonly string[]
  /** What a pod's `args` are given to. */
  entrypoint?: readonly string[]
  /** TCP ports the process listens on. */
  exposedPorts?: readonly number[]
  labels?: Record<string, string>
  stopSignal?: string
}

/** A layer that goes into an image. */
export interface LayerDescriptor extends Descriptor {
  /** Digest of the uncompressed tar. */
  diffId: string
}

export interface WriteImageOptions {
  architecture: 'amd64' | 'arm64'
  /** Lowest layer first. */
  layers: readonly LayerDescriptor[]
  run: RunConfig
  /** What made each layer, one line each, in the layers' order: shown by `docker history`. */
  history: readonly string[]
  /** Seconds since the epoch put as the time of creation (SOURCE_DATE_EPOCH). */
  createdEpochSeconds: number
  annotations?: Record<string, string>
}

export interface WrittenImage {
  manifest: Uint8Array
  manifestDigest: string
  config: Uint8Array
  configDescriptor: Descriptor
}

/** The bytes and digests of a manifest and its config. The same options give the same bytes. */
export function writeImage(options: WriteImageOptions): WrittenImage {
  const { run } = options
  const created = new Date(options.createdEpochSeconds * 1000).toISOString().replace('.000Z', 'Z')
  const configuration = {
    created,
    architecture: options.architecture,
    os: 'linux',
    config: {
      User: run.user,
      ...(run.exposedPorts === undefined
        ? {}
        : { ExposedPorts: Object.fromEntries(run.exposedPorts.map((port) => [`${port}/tcp`, {}])) }),
      Env: Object.entries(run.env)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
      ...(run.entrypoint === undefined ? {} : { Entrypoint: run.entrypoint }),
      Cmd: run.command,
      WorkingDir: run.workingDir,
      ...(run.labels === undefined ? {} : { Labels: sortedRecord(run.labels) }),
      ...(run.stopSignal === undefined ? {} : { StopSignal: run.stopSignal }),
    },
    rootfs: { type: 'layers', diff_ids: options.layers.map((layer) => layer.diffId) },
    history: options.history.map((line) => ({ created, created_by: line })),
  }
  const config = Buffer.from(JSON.stringify(configuration))
  const configDescriptor = { mediaType: MEDIA_TYPE.config, digest: digestOf(config), size: config.byteLength }
  const document: ImageManifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    config: configDescriptor,
    layers: options.layers.map(({ mediaType, digest, size, annotations }) => ({
      mediaType,
      digest,
      size,
      ...(annotations === undefined ? {} : { annotations: sortedRecord(annotations) }),
    })),
    ...(options.annotations === undefined ? {} : { annotations: sortedRecord(options.annotations) }),
  }
  const manifest = Buffer.from(JSON.stringify(document))
  return { manifest, manifestDigest: digestOf(manifest), config, configDescriptor }
}

function sortedRecord(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}
