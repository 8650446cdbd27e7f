export * as volumeAnnotations from './annotations.ts'
export {
  claimKeysOf,
  claimNameOf,
  defaultStorageClass,
  findVolumeFor,
  isBoundTo,
  isClaimOfPod,
  type MatchOptions,
  namesStorageClass,
  notClaimOfPod,
  sameVolumeMode,
  storageClassOf,
  whyUnsuitable,
} from './matching.ts'
export { isVolumeSource, type PersistentSources } from './sources.ts'
