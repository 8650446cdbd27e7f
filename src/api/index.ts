export { covers } from './covers.ts'
export { parseRedirect } from './app-route.ts'
export { certificateUser } from './certificate-user.ts'
export type { ApiRequest, ApiResponse, Exchange, UserInfo } from './exchange.ts'
export { compilePattern } from './regexp/index.ts'
export {
  HOST_DOMAIN,
  HOST_TAKEN,
  type HostClaim,
  hostOwners,
  hostsOverlap,
  isHostTaken,
  namespaceOfHost,
} from './host-owner.ts'
export { type HostPort, hostPortsConflict, hostPortsOf } from './host-ports.ts'
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
  type AppBinding,
  type AppContent,
  type AppHeaderChanges,
  type AppProcess,
  type AppRoute,
  type AppServicePort,
  type AppSidecar,
  type AppSidecarBefore,
  type AppSpec,
  type AppStatus,
  type AppTrafficStatus,
  type AppTls,
  type AppTrafficTarget,
  apps,
  DEFAULT_APP_PORT,
  MAINTENANCE_MESSAGE,
  PROCESS_LABEL,
  REGISTRY_HOST,
  RELEASE_LABEL,
  type Release,
  type ReleaseSpec,
  type ReleaseStatus,
  releases,
  WEB_PROCESS,
} from './app-types.ts'
export {
  BACKUP_LABEL,
  type BackingResource,
  type BackingResourceStatus,
  backingResources,
  DEFAULT_CLASS,
  PROVISIONED_KINDS,
  type Provisioner,
  type ProvisionerCommands,
  type ProvisionerDump,
  type ProvisionerSpec,
  provisioners,
  RESOURCE_LABEL,
  type ResourceVariable,
} from './backing-types.ts'
export { GATEWAY_CLASS, isGatewayOf, isIngressOf } from './gateway-class.ts'
export * as gatewayApi from './gateway-types.ts'
export { tellsDisruptionAllowed, withDisruptionAllowed } from './disruption-allowed.ts'

export { cloneJson, getOwn, isJsonObject, type JsonObject, setOwn } from './decode/json-value.ts'

export {
  nextTime,
  parseSchedule,
  type Schedule,
  ScheduleError,
  scheduleProblem,
  timeZoneProblem,
} from './schedule/index.ts'
export {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  parseIpBlock,
  qualifiedNameProblems,
} from './formats/index.ts'
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

export { allResources, findResourceByKind } from './registry.ts'

export {
  type FieldRequirement,
  type LabelOperator,
  type LabelRequirement,
  labelSelectorMatches,
  matchesFields,
  matchesLabels,
  matchesNodeRequirements,
  matchesNodeTerm,
  parseFieldSelector,
  parseLabelSelector,
  tolerates,
  toleratesTaint,
} from './selectors/index.ts'

export * from './volumes/index.ts'
