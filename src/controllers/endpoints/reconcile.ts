/** Brings a service's legacy Endpoints object, of the same name, in line with its pods. */
import { apiVersionOf, isApiError, type k8s, parseKey, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { isReachable, selectedPods, selects, semanticallyEqual } from '../objects/index.ts'
import { endpointSubsets } from './subsets.ts'

const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by'
const MANAGED_BY = 'endpoint-controller'
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
  if (present === undefined) {
    const { name, namespace } = service.metadata
    const identity = { apiVersion: apiVersionOf(resources.endpoints), kind: resources.endpoints.kind }
    await client.create(resources.endpoints, { ...identity, metadata: { name, namespace, labels }, subsets })
  } else if (!semanticallyEqual({ labels: present.metadata.labels, subsets: present.subsets }, { labels, subsets }))
    await client.update(resources.endpoints, { ...present, metadata: { ...present.metadata, labels }, subsets })
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
