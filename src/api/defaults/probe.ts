/** Probes and the actions they and lifecycle hooks take; what a pod may be told of itself. */
import type { HTTPGetAction, ObjectFieldSelector, Probe, ResourceFieldSelector } from '../generated/types.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

export const probeDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Probe': (probe: Probe) => {
    orElse(probe, 'timeoutSeconds', 1)
    orElse(probe, 'periodSeconds', 10)
    orElse(probe, 'successThreshold', 1)
    orElse(probe, 'failureThreshold', 3)
  },
  'io.k8s.api.core.v1.HTTPGetAction': (action: HTTPGetAction) => {
    orElse(action, 'path', '/')
    orElse(action, 'scheme', 'HTTP')
  },
  'io.k8s.api.core.v1.ObjectFieldSelector': (selector: ObjectFieldSelector) => orElse(selector, 'apiVersion', 'v1'),
  // Kubernetes writes out amounts that are none.
  'io.k8s.api.core.v1.ResourceFieldSelector': (selector: ResourceFieldSelector) => ifMissing(selector, 'divisor', '0'),
}
