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
