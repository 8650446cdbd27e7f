export { type AccessReviewKind, validateAccessReview } from './kinds/access-review.ts'
export {
  apiApprovalOf,
  isProtectedGroup,
} from './kinds/custom-resource-definition/api-approval.ts'
export { isCaBundle } from './kinds/custom-resource-definition/conversion.ts'
export { MANDATORY_FLOW_SCHEMAS, MANDATORY_PRIORITY_LEVELS } from './kinds/flow-control/mandatory.ts'
export { validateClusterAddresses } from './kinds/service/addresses.ts'
export { invalidValue } from './field-error.ts'
export { listable } from './listable.ts'
export { validateAnnotations, validateLabels, validateMetadata, validateMetadataUpdate } from './metadata.ts'
export type { PartialWrite } from './kind-rules.ts'
export { validateObject, type WrittenPart } from './validate-object.ts'
