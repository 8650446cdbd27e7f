export type { ApiRequest, ApiResponse, Exchange, UserInfo } from './exchange.ts'
export * as resources from './generated/resources.ts'
export type * as k8s from './generated/types.ts'
export {
  type KubeObject,
  type KubeWatchEvent,
  keyOf,
  type ObjectList,
  type ObjectRef,
  parseKey,
  refKey,
  type WatchEventType,
} from './object.ts'
export {
  applyObject,
  type ApplyOptions,
  type FieldFilter,
  type FieldSet,
  recursiveDifference,
  sameButTimes,
  type ScaleMapping,
  setOfPaths,
  soundManagedFields,
  toParentEntries,
  toScaleEntries,
  trackUpdate,
  type TypeNode,
  typeOfSchema,
  typeOfStructural,
  type Versions,
} from './apply/index.ts'
export { apiVersionOf, pathOf, qualifiedName, type Resource, type Subresource } from './resource.ts'
export {
  ApiError,
  alreadyExists,
  apiError,
  conflict,
  type FieldError,
  invalid,
  isApiError,
  notFound,
  OBJECT_MODIFIED,
  type StatusReason,
  type StatusSubject,
} from './status.ts'
export {
  APP_LABEL,
  type App,
  type AppSpec,
  type AppStatus,
  apps,
  DEFAULT_APP_PORT,
  REGISTRY_HOST,
} from './app-types.ts'
export * as gatewayApi from './gateway-types.ts'
export { convertAutoscaler, convertEvent, coreEvent, currentAutoscaler } from './conversion/index.ts'
export {
  cloneJson,
  type DecodedObject,
  decodeMetadata,
  decodeObject,
  type FieldValidation,
  getOwn,
  isJsonObject,
  type JsonObject,
  setOwn,
} from './decode/index.ts'
export { applyDefaults } from './defaults/index.ts'
export { applyPatch, type PatchType } from './patch/index.ts'
export { dnsLabelProblems, dnsSubdomainProblems, labelValueProblems, qualifiedNameProblems } from './formats/index.ts'
export {
  addLists,
  compareQuantities,
  formatQuantity,
  listsEqual,
  maskList,
  parseQuantity,
  type Quantity,
  quantityMilli,
  quantityValue,
  type ResourceList,
  subtractLists,
} from './quantity/index.ts'
export {
  inScopes,
  isQuotaIgnored,
  podLimits,
  podRequests,
  qosClassOf,
  type QuotaEvaluator,
  quotaEvaluator,
} from './quota/index.ts'
export { allResources, findResourceByKind } from './registry.ts'
export {
  allSchemas,
  type FieldSchema,
  findSchema,
  type ObjectSchema,
  scalarIds,
  schemaFor,
  schemaNamed,
} from './schema/index.ts'
export {
  type FieldRequirement,
  type LabelOperator,
  type LabelRequirement,
  labelSelectorMatches,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
} from './selectors/index.ts'
export {
  type AccessReviewKind,
  apiApprovalOf,
  invalidValue,
  isCaBundle,
  isProtectedGroup,
  validateAccessReview,
  validateAnnotations,
  validateLabels,
  validateMetadata,
  validateMetadataUpdate,
  validateObject,
} from './validation/index.ts'
export {
  applySchemaDefaults,
  Correlation,
  coerceEmbedded,
  embeddedErrors,
  isKnownFormat,
  type JSONSchemaProps,
  listTypeErrors,
  NO_PATH,
  pruneDefaults,
  pruneObject,
  removeNulls,
  someSchema,
  type Structural,
  structuralErrors,
  toStructural,
  toValueSchema,
  validateValue,
  type ValueSchema,
} from './structural/index.ts'
export {
  type AdmissionInput,
  admissionEnvironment,
  admissionVariables,
  checkRules,
  type CompiledCondition,
  compileCondition,
  compilePolicy,
  evaluateConditions,
  evaluatePolicy,
  type KnownKind,
  type PolicyExpressions,
  type RuleNode,
  ruleNodeOf,
  typeCheckPolicy,
} from './cel/index.ts'
