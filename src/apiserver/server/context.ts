/** What all handlers share, and what each request brings. */
import type { ApiRequest, Exchange, Resource, UserInfo } from '../../api/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { Store } from '../../store/index.ts'
import type { HostClaims } from '../allocation/host-claims.ts'
import type { ServiceAllocator } from '../allocation/service-allocator.ts'
import type { AccessControl } from '../auth/access-control.ts'
import type { Audit } from '../audit/audit.ts'
import type { Authorize } from '../auth/authorize.ts'
import type { ServiceAccountTokens } from '../auth/tokens/service-account-tokens.ts'
import type { OpenApi } from '../openapi/index.ts'
import type { ListTexts } from '../handlers/list-texts.ts'
import type { WatchTexts } from '../handlers/watch-texts.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import type { Aggregation } from '../aggregation/aggregation.ts'
import type { Admission } from '../admission/admission-request.ts'
import type { FlowControl } from '../flowcontrol/flow-control.ts'
import type { ApiMetrics } from '../metrics/metrics.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ResourceCatalog } from '../routing/resource-catalog.ts'
import type { Components } from './component-health.ts'
import type { Randomness } from './randomness.ts'
import type { StoreViews } from './store-view.ts'
import type { StreamRegistry } from './stream-registry.ts'
import type { WebhookClient } from '../webhook-client/index.ts'

export interface Backend {
  store: Store
  clock: Clock
  logger: Logger
  randomness: Randomness
  catalog: ResourceCatalog
  authorize: Authorize
  access: AccessControl
  admission: Admission
  aggregation: Aggregation
  components: Components
  flowControl: FlowControl
  metrics: ApiMetrics
  /** `GET /naru/backup`: a copy of the store. Undefined: not served. */
  backUp: (() => AsyncIterable<Uint8Array>) | undefined
  views: StoreViews
  services: ServiceAllocator
  hosts: HostClaims
  tokens: ServiceAccountTokens
  /** Absent: nothing is noted. */
  audit?: Audit
  openApi: OpenApi
  /** Reaches the kubelet of a node; the request's URL is the kubelet's path. */
  kubelet: (nodeName: string) => Promise<Exchange>
  streams: StreamRegistry
  watchTexts: WatchTexts
  listTexts: ListTexts
  webhooks: WebhookClient
}

/** A request on a resource that exists. */
export interface ResourceRequest {
  request: ApiRequest
  info: RequestInfo
  user: UserInfo
  resource: Resource
  model: KindModel
  /** `''`: the object itself. */
  subresource: string
  namespace: string | undefined
  /** Empty for collections. */
  name: string
  /** Annotates the request's audit event. */
  annotate: (key: string, value: string) => void
  /** What is said with the answer, and with a refusal too. */
  warnings: Set<string>
}
