/** EndpointSlices: the topology of old is not written any more, and labels count as changes.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/discovery/endpointslice. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import { sameJson } from '../same-json.ts'
import type { Strategy } from '../strategy.ts'

const HOSTNAME = 'kubernetes.io/hostname'

const endpointsOf = (object: AnyObject) => ((object as unknown as k8s.EndpointSlice).endpoints ??= [])

export const endpointSliceStrategy: Strategy = {
  countsGenerations: true,
  prepareForCreate: (object) => dropTopology(endpointsOf(object), []),
  prepareForUpdate(object, old) {
    // Also what is dropped below counts.
    const topologies = (slice: AnyObject) => endpointsOf(slice).map((endpoint) => endpoint.deprecatedTopology ?? null)
    const labels = ({ metadata }: AnyObject) => metadata.labels ?? {}
    if (!sameJson(labels(object), labels(old)) || !sameJson(topologies(object), topologies(old)))
      object.metadata.generation = (old.metadata.generation ?? 0) + 1
    if (!sameJson(endpointsOf(object), endpointsOf(old))) dropTopology(endpointsOf(object), endpointsOf(old))
  },
}

/** The name of a node that was there before is kept where it belongs. */
function dropTopology(endpoints: readonly k8s.Endpoint[], before: readonly k8s.Endpoint[]): void {
  const known = new Set(before.map(({ deprecatedTopology }) => deprecatedTopology?.[HOSTNAME]))
  for (const endpoint of endpoints) {
    const node = endpoint.deprecatedTopology?.[HOSTNAME]
    if (endpoint.nodeName === undefined && node !== undefined && known.has(node)) endpoint.nodeName = node
    delete endpoint.deprecatedTopology
  }
}
