/** Which addresses answer for a service's port. Source: EndpointSlice v1 (conditions), Service v1 (ports). */
import type { k8s } from '../../api/index.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Backend, Endpoint, Filters } from './table.ts'

export interface BackendRef {
  readonly namespace: string
  readonly name: string
  /** A number or, for an Ingress, a port's name. */
  readonly port: number | string | undefined
  readonly weight: number
  readonly filters: Filters
}

/** Resolves a reference. What is wrong with it becomes the backend's `problem`, never an exception. */
export function resolveBackend(snapshot: Snapshot, ref: BackendRef): Backend {
  const key = `${ref.namespace}/${ref.name}`
  const base = { service: key, weight: ref.weight, filters: ref.filters }
  const none = (text: string, broken: boolean): Backend => ({ ...base, endpoints: [], problem: { text, broken } })
  const service = snapshot.service(key)
  if (service === undefined) return none(`the service ${ref.name} does not exist`, true)
  const port = service.spec?.ports?.find((one) => one.port === ref.port || one.name === ref.port)
  if (port === undefined) return none(`the service ${ref.name} has no port ${ref.port ?? '(none was given)'}`, true)
  const slices = snapshot.slices(key)
  const endpoints = answering(slices, port)
  return endpoints.length > 0
    ? { ...base, endpoints, problem: undefined }
    : none(`${ref.name} has no ready pod: ${describeUnready(slices)}`, false)
}

/** Ready endpoints; where there is none, those that still serve while they terminate. */
function answering(slices: readonly k8s.EndpointSlice[], port: k8s.ServicePort): Endpoint[] {
  const ready = new Map<string, Endpoint>()
  const leaving = new Map<string, Endpoint>()
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue
    const number = slice.ports?.find((one) => (one.name ?? '') === (port.name ?? ''))?.port
    if (number === undefined) continue
    for (const endpoint of slice.endpoints ?? []) {
      const { conditions } = endpoint
      const address = endpoint.addresses[0]
      if (address === undefined) continue
      const pod = endpoint.targetRef?.kind === 'Pod' ? endpoint.targetRef.name : undefined
      const one = { id: `${address}:${number}`, address, port: number, pod }
      if (conditions?.terminating) {
        if (conditions.serving ?? false) leaving.set(one.id, one)
      } else if (conditions?.ready ?? true) ready.set(one.id, one)
    }
  }
  return [...(ready.size > 0 ? ready : leaving).values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function describeUnready(slices: readonly k8s.EndpointSlice[]): string {
  const all = slices.flatMap((slice) => slice.endpoints ?? [])
  const leaving = all.filter((endpoint) => endpoint.conditions?.terminating).length
  const starting = all.filter(
    (endpoint) => !endpoint.conditions?.terminating && endpoint.conditions?.ready === false,
  ).length
  const ready = all.length - leaving - starting
  const parts = [
    ...(starting > 0 ? [`${pods(starting)} starting`] : []),
    ...(leaving > 0 ? [`${pods(leaving)} stopping`] : []),
    ...(ready > 0 ? [`${pods(ready)} ready but not on this port`] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : 'it has no pods'
}

function pods(count: number): string {
  return count === 1 ? '1 pod is' : `${count} pods are`
}
