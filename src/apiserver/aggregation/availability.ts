/** Whether an extension server can be used: its Service is there, has endpoints, and answers discovery.
 *  Source of reasons and wording: k8s.io/kube-aggregator v0.34, pkg/controllers/status/remote. */
import { type k8s, resources } from '../../api/index.ts'
import { errorMessage, toKubernetesTime } from '../../lib/index.ts'
import { prefixOf, objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { Backend } from '../server/context.ts'

export interface Availability {
  available: boolean
  reason: string
  message: string
}

const no = (reason: string, message: string): Availability => ({ available: false, reason, message })

/** `discover` asks the server itself, and throws an Error that says why it does not answer. */
export async function checkAvailability(
  backend: Backend,
  spec: k8s.APIServiceSpec,
  discover: () => Promise<void>,
): Promise<Availability> {
  const { name = '', namespace = '', port: number = 443 } = spec.service ?? {}
  const where = `service/${name} in "${namespace}"`
  const entry = await backend.store.get(objectKey(resources.services, { namespace, name }))
  if (entry === undefined) return no('ServiceNotFound', `${where} is not present`)
  const service = decodeEntry(entry) as unknown as k8s.Service
  if (service.spec?.type !== 'ExternalName') {
    const port = service.spec?.ports?.find((candidate) => candidate.port === number)
    if (port === undefined) return no('ServicePortError', `${where} is not listening on port ${number}`)
    const slices = await slicesOf(backend, namespace, name)
    if (slices.length === 0) return no('EndpointsNotFound', `cannot find endpointslices for ${where}`)
    if (!slices.some((slice) => hasReady(slice, port.name ?? '')))
      return no(
        'MissingEndpoints',
        `endpointslices for ${where} have no addresses with port name ${JSON.stringify(port.name ?? '')}`,
      )
  }
  try {
    await discover()
  } catch (error) {
    return no('FailedDiscoveryCheck', errorMessage(error))
  }
  return { available: true, reason: 'Passed', message: 'all checks passed' }
}

/** `conditions` with the new one in place; the same array when nothing but its time would change. */
export function withAvailability(
  conditions: readonly k8s.APIServiceCondition[],
  { available, reason, message }: Availability,
  nowMs: number,
): readonly k8s.APIServiceCondition[] {
  const status = available ? 'True' : 'False'
  const old = conditions.find(({ type }) => type === 'Available')
  if (old?.status === status && old.reason === reason && old.message === message) return conditions
  const lastTransitionTime =
    old?.status === status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : toKubernetesTime(nowMs)
  const others = conditions.filter(({ type }) => type !== 'Available')
  return [...others, { type: 'Available', status, lastTransitionTime, reason, message }]
}

const OWNER = 'kubernetes.io/service-name'

async function slicesOf({ store }: Backend, namespace: string, name: string): Promise<k8s.EndpointSlice[]> {
  const { entries } = await store.list(prefixOf(resources.endpointslices, namespace))
  return entries
    .filter(({ value }) => value.includes(OWNER))
    .map((entry) => decodeEntry(entry) as unknown as k8s.EndpointSlice)
    .filter(({ metadata }) => metadata.labels?.[OWNER] === name)
}

const hasReady = (slice: k8s.EndpointSlice, portName: string): boolean =>
  (slice.ports ?? []).some(({ name }) => (name ?? '') === portName) &&
  slice.endpoints.some(({ conditions, addresses }) => conditions?.ready !== false && addresses.length > 0)
