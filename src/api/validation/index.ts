export { type AccessReviewKind, validateAccessReview } from './kinds/access-review.ts'
export {
  apiApprovalOf,
  isProtectedGroup,
} from './kinds/custom-resource-definition/api-approval.ts'
export { isCaBundle } from './kinds/custom-resource-definition/conversion.ts'
export { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from './kinds/flow-control/mandatory.ts'
export { validateClusterAddresses } from './kinds/service/addresses.ts'
export { APPARMOR_PREFIX, APPARMOR_WARNING, appArmorProfileOf } from './pod/app-armor.ts'
export { isValidAppArmorProfile } from './pod/profiles.ts'
export { forbidden, invalidValue, notSupported, tooLong } from './field-error.ts'
export { listable } from './listable.ts'
export { validateAnnotations, validateLabels, validateMetadata, validateMetadataUpdate } from './metadata.ts'
export type { PartialWrite } from './kind-rules.ts'
export { validateObject, type WrittenPart } from './validate-object.ts'
