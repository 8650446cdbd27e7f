/** Brings the slices that mirror an Endpoints object in line with it.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/endpointslicemirroring. */
import { isApiError, type k8s, parseKey, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import type { RecordEvent } from '../events.ts'
import { unusedNames } from '../objects/index.ts'
import { MANAGED_BY_LABEL, MIRRORED_BY, MOST_ADDRESSES, planMirror, SERVICE_NAME_LABEL } from './mirrored-slices.ts'

const SKIP_LABEL = 'endpointslice.kubernetes.io/skip-mirror'
/** Endpoints that are used as a lock say nothing of addresses. */
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader'

export interface EndpointSliceMirroring {
  client: Client
  services: Informer<k8s.Service>
  endpoints: Informer<k8s.Endpoints>
  slicesOf: (key: string) => k8s.EndpointSlice[]
  record: RecordEvent
}

export async function mirrorEndpoints(controller: EndpointSliceMirroring, key: string): Promise<void> {
  const { client, record } = controller
  const present = controller.slicesOf(key).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const endpoints = mirrorable(controller, key)
  if (endpoints === undefined) return await remove(client, present)

  const plan = planMirror(endpoints, present)
  const warn = (reason: string, message: string) => record({ regarding: endpoints, type: 'Warning', reason, message })
  if (plan.invalid > 0)
    warn('InvalidIPAddress', `Skipped ${plan.invalid} invalid IP addresses when mirroring to EndpointSlices`)
  if (plan.skipped > 0)
    warn(
      'TooManyAddressesToMirror',
      `A max of ${MOST_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset. ${plan.skipped + plan.invalid} addresses were skipped`,
    )
  // The names are foreseeable: a slice that the cache does not show yet makes this fail, not double it.
  const names = unusedNames(endpoints, controller.slicesOf(key))
  if (endpoints.metadata.deletionTimestamp === undefined)
    for (const slice of plan.create)
      await client.create(resources.endpointslices, {
        ...slice,
        metadata: { ...slice.metadata, name: names.next().value },
      })
  for (const slice of plan.update) await client.update(resources.endpointslices, slice)
  await remove(client, plan.delete)
}

/** The Endpoints of that key when they are a user's, of a service without selector. */
function mirrorable({ services, endpoints }: EndpointSliceMirroring, key: string): k8s.Endpoints | undefined {
  const ref = parseKey(key)
  const service = services.get(ref)
  const object = endpoints.get(ref)
  if (service === undefined || object === undefined || service.spec?.selector !== undefined) return undefined
  const { labels, annotations } = object.metadata
  return labels?.[SKIP_LABEL] === 'true' || annotations?.[LEADER_ANNOTATION] !== undefined ? undefined : object
}

/** The service keys that a slice of this controller is for. */
export function serviceOfMirroredSlice({ metadata }: k8s.EndpointSlice): string[] {
  const service = metadata.labels?.[SERVICE_NAME_LABEL]
  return service !== undefined && metadata.labels?.[MANAGED_BY_LABEL] === MIRRORED_BY
    ? [`${metadata.namespace}/${service}`]
    : []
}

async function remove(client: Client, slices: readonly k8s.EndpointSlice[]): Promise<void> {
  for (const slice of slices)
    try {
      await client.delete(resources.endpointslices, slice.metadata)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
}
