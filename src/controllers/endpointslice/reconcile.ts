/** Brings a service's endpoint slices in line with its pods. */
import { isApiError, type k8s, parseKey, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { isReachable, podPorts, selectedPods, selects, unusedNames } from '../objects/index.ts'
import { podEndpoint } from './endpoint.ts'
import { groupByPorts, MANAGED_BY, MANAGED_BY_LABEL, planSlices, SERVICE_NAME_LABEL } from './slices.ts'

export interface EndpointSliceController {
  client: Client
  services: Informer<k8s.Service>
  pods: Informer<k8s.Pod>
  nodes: Informer<k8s.Node>
  /** Slices by `namespace/service`. */
  slicesOf: (key: string) => k8s.EndpointSlice[]
}

export async function reconcileEndpointSlices(controller: EndpointSliceController, key: string): Promise<void> {
  const service = controller.services.get(parseKey(key))
  const present = controller.slicesOf(key).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  if (service === undefined) return await remove(controller, present)
  if (!selects(service) || service.metadata.deletionTimestamp !== undefined) return

  const endpoints = selectedPods(controller.pods, service)
    .filter(isReachable)
    .map((pod) => ({
      ports: podPorts(service, pod),
      endpoint: podEndpoint(service, pod, controller.nodes.get({ name: pod.spec?.nodeName ?? '' })),
    }))
  const plan = planSlices({ service, groups: groupByPorts(endpoints), present })
  const { client } = controller
  // The names are foreseeable: a slice that the cache does not show yet makes this fail, not double it.
  const names = unusedNames(service, controller.slicesOf(key))
  for (const slice of plan.create) {
    const name = names.next().value
    await client.create(resources.endpointslices, { ...slice, metadata: { ...slice.metadata, name } })
  }
  for (const slice of plan.update) await client.update(resources.endpointslices, slice)
  await remove(controller, plan.delete)
}

/** The service keys that a slice is for, when this controller manages it. */
export function serviceOfSlice({ metadata }: k8s.EndpointSlice): string[] {
  const service = metadata.labels?.[SERVICE_NAME_LABEL]
  return service !== undefined && metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY
    ? [`${metadata.namespace}/${service}`]
    : []
}

async function remove({ client }: EndpointSliceController, slices: readonly k8s.EndpointSlice[]): Promise<void> {
  for (const slice of slices)
    try {
      await client.delete(resources.endpointslices, slice.metadata)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
}
