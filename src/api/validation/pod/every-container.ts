/** All containers of a pod with their paths, in the order in which Kubernetes visits them.
 *  Source: kubernetes v1.34, pkg/apis/core/pods (VisitContainersWithPath). */
import type { Container, EphemeralContainer, PodSpec } from '../../generated/types.ts'

export interface PlacedContainer {
  container: Container | EphemeralContainer
  /** Such as `spec.initContainers[0]`. */
  path: string
}

export function everyContainer(spec: PodSpec, path: string): PlacedContainer[] {
  const all: PlacedContainer[] = []
  for (const field of FIELDS)
    spec[field]?.forEach((container, index) => all.push({ container, path: `${path}.${field}[${index}]` }))
  return all
}

const FIELDS = ['initContainers', 'containers', 'ephemeralContainers'] as const
