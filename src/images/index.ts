export { digestOf, isDigest, parseDigest } from './digest.ts'
export { DistributionError, RegistryClientError, TarEntryError } from './errors.ts'
export { type ImageReference, isRepositoryName, isTag, parseImageReference } from './reference.ts'
export {
  type Descriptor,
  type ImageManifest,
  type LayerDescriptor,
  type RunConfig,
  type WrittenImage,
  writeImage,
} from './manifest.ts'
export { MEDIA_TYPE } from './media-types.ts'
export { type Credentials } from './registry/basic-auth.ts'
export { type CollectedGarbage, type CollectGarbageOptions, collectGarbage } from './registry/collect-garbage.ts'
export { openRegistry, type Registry, type RegistryOptions } from './registry/registry.ts'
export { type RegistryAddress } from './client/http.ts'
export { type PulledManifest, pullBlob, pullManifest } from './client/pull.ts'
export {
  type BlobSource,
  type PushBlobOptions,
  type PushedBlob,
  type PushManifestOptions,
  pushBlob,
  pushManifest,
} from './client/push.ts'
export { arrangeEntries, normalizeEntryPath, type TarEntry, textEntry } from './layers/tar-entry.ts'
export { LAYER_ANNOTATION, type WriteLayerOptions, writeLayer } from './layers/write-layer.ts'
