/** Puts together what all handlers share, and makes the objects that every cluster has. */
import { allResources, type Exchange } from '../../api/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { Store } from '../../store/index.ts'
import { admissionOf } from '../admission/admission.ts'
import { admissionPlugins } from '../admission/plugins.ts'
import { type Aggregation } from '../aggregation/aggregation.ts'
import { withLocalGroups } from '../aggregation/local-groups.ts'
import { HostClaims } from '../allocation/host-claims.ts'
import { openServiceAllocator } from '../allocation/service-allocator.ts'
import type { NumberRange } from '../allocation/number-pool.ts'
import { openAccessControl } from '../auth/access-control.ts'
import { type AuditOptions, openAudit } from '../audit/audit.ts'
import type { Authorize } from '../auth/authorize.ts'
import { bootstrapNamespaces, bootstrapPriorityClasses, bootstrapServiceCidr } from '../bootstrap/bootstrap.ts'
import { ensureRbacPolicy } from '../bootstrap/ensure-policy.ts'
import { openServiceAccountTokens } from '../auth/tokens/open-tokens.ts'
import { type SigningKey } from '../auth/tokens/signing-key.ts'
import { VERSION } from '../discovery/version.ts'
import { ListTexts } from '../handlers/list-texts.ts'
import { WatchTexts } from '../handlers/watch-texts.ts'
import { ensureFlowControl } from '../flowcontrol/bootstrap.ts'
import { FlowControl } from '../flowcontrol/flow-control.ts'
import { ApiMetrics } from '../metrics/metrics.ts'
import { OpenApi } from '../openapi/index.ts'
import { resourceMetricsGroup } from '../resource-metrics/index.ts'
import { ResourceCatalog } from '../routing/resource-catalog.ts'
import type { Backend } from './context.ts'
import { type Randomness, systemRandomness } from './randomness.ts'
import { StoreViews } from './store-view.ts'
import { StreamRegistry } from './stream-registry.ts'
import { findService, openWebhookClient } from '../webhook-client/index.ts'
import type { Components } from './component-health.ts'

export interface BackendOptions {
  store: Store
  logger: Logger
  clock: Clock
  /** Default: the system's. */
  randomness?: Randomness
  /** Where Services get their addresses from. Default `10.96.0.0/16`. */
  serviceCidr?: string
  /** Default 30000 to 32767. */
  nodePorts?: NumberRange
  /** Default: nodes their work, others what roles allow. Members of `system:masters` everything. */
  authorize?: Authorize
  /** Answers `GET /naru/backup`: a copy of the store, made when it is asked for. Default: not served. */
  backUp?: () => AsyncIterable<Uint8Array>
  /** What is noted of requests, and where. Default: nothing. */
  audit?: AuditOptions
  /** Answers `/containerLogs/…` for all nodes, in this process. Default: each node's kubelet over HTTPS. */
  kubelet?: Exchange
  /** What ComponentStatuses say of what runs beside this server. Default: nothing does. */
  components?: Components
}

/** Objects that every cluster has are there when it resolves. */
export async function openBackend(
  options: BackendOptions,
  parts: { kubelet: Backend['kubelet']; aggregation: Aggregation; signingKey: SigningKey },
): Promise<Backend> {
  const randomness = options.randomness ?? systemRandomness
  const { kubelet } = options
  const catalog = new ResourceCatalog(allResources)
  const views = await StoreViews.open(options.store)
  const access = await openAccessControl(options.store, views)
  const streams = new StreamRegistry()
  const flowControl = new FlowControl({ views, clock: options.clock })
  const logger = options.logger.child({ component: 'apiserver' })
  const audit = options.audit && (await openAudit(options.audit, { clock: options.clock, logger, randomness }))
  const backend: Backend = {
    store: options.store,
    clock: options.clock,
    logger,
    ...(audit && { audit }),
    randomness,
    catalog,
    openApi: new OpenApi({ catalog, kubernetesVersion: VERSION.gitVersion }),
    admission: admissionOf(admissionPlugins, () => backend),
    views,
    access,
    authorize: options.authorize ?? access.authorize,
    services: await openServiceAllocator({ ...options, randomness }),
    hosts: new HostClaims(views),
    tokens: openServiceAccountTokens(() => backend, parts.signingKey, options),
    kubelet: kubelet ? () => Promise.resolve(kubelet) : parts.kubelet,
    components: options.components ?? {},
    aggregation: withLocalGroups(parts.aggregation, [resourceMetricsGroup(() => backend)]),
    backUp: options.backUp,
    flowControl,
    metrics: new ApiMetrics({ store: options.store, streams, flowControl }),
    streams,
    watchTexts: new WatchTexts(),
    listTexts: new ListTexts(),
    webhooks: openWebhookClient({
      clock: options.clock,
      resolve: (service, port) => findService({ store: options.store, randomness }, service, port),
    }),
  }
  await bootstrapNamespaces(backend)
  await Promise.all([
    bootstrapPriorityClasses(backend),
    bootstrapServiceCidr(backend),
    ensureRbacPolicy(backend),
    ensureFlowControl(backend),
  ])
  return backend
}
