/** Brings a service's legacy Endpoints object, of the same name, in line with its pods. */
import { apiVersionOf, isApiError, type k8s, parseKey, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { isReachable, selectedPods, selects, semanticallyEqual } from '../objects/index.ts'
import { endpointSubsets, MOST_ADDRESSES } from './subsets.ts'

const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by'
const MANAGED_BY = 'endpoint-controller'
/** Says that addresses were cut off. */
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity'
const HEADLESS_LABEL = 'service.kubernetes.io/headless'

export interface EndpointsController {
  client: Client
  services: Informer<k8s.Service>
  pods: Informer<k8s.Pod>
  endpoints: Informer<k8s.Endpoints>
}

export async function reconcileEndpoints(controller: EndpointsController, key: string): Promise<void> {
  const { client, services, pods, endpoints } = controller
  const ref = parseKey(key)
  const service = services.get(ref)
  const present = endpoints.get(ref)
  if (service === undefined) return await removeOurs(controller, present)
  if (!selects(service) || service.metadata.deletionTimestamp !== undefined) return

  const terminatingToo = service.spec?.publishNotReadyAddresses === true
  const reachable = selectedPods(pods, service).filter(
    (pod) => isReachable(pod) && (terminatingToo || pod.metadata.deletionTimestamp === undefined),
  )
  const subsets = endpointSubsets(service, reachable)
  const labels = {
    ...service.metadata.labels,
    [MANAGED_BY_LABEL]: MANAGED_BY,
    ...(service.spec?.clusterIP === 'None' && { [HEADLESS_LABEL]: '' }),
  }
  const { [OVER_CAPACITY_ANNOTATION]: _, ...others } = present?.metadata.annotations ?? {}
  const isCut = reachable.length > MOST_ADDRESSES
  const annotations = { ...others, ...(isCut && { [OVER_CAPACITY_ANNOTATION]: 'truncated' }) }
  if (present === undefined) {
    const { name, namespace } = service.metadata
    const identity = { apiVersion: apiVersionOf(resources.endpoints), kind: resources.endpoints.kind }
    await client.create(resources.endpoints, {
      ...identity,
      metadata: { name, namespace, labels, annotations },
      subsets,
    })
  } else {
    const current = {
      labels: present.metadata.labels,
      annotations: present.metadata.annotations,
      subsets: present.subsets,
    }
    if (semanticallyEqual(current, { labels, annotations, subsets })) return
    const metadata = { ...present.metadata, labels, annotations }
    await client.update(resources.endpoints, { ...present, metadata, subsets })
  }
}

/** Endpoints that a user wrote, for a service without selector, stay. */
async function removeOurs({ client }: EndpointsController, present: k8s.Endpoints | undefined): Promise<void> {
  if (present?.metadata.labels?.[MANAGED_BY_LABEL] !== MANAGED_BY) return
  try {
    await client.delete(resources.endpoints, present.metadata)
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
