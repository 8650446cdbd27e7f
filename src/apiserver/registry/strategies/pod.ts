/** Pods: their first status, and the grace period that the kubelet ends.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod (strategy.go). */
import type { k8s } from '../../../api/index.ts'
import { qosClassOf } from '../../../api/machinery.ts'
import type { Strategy } from '../strategy.ts'
import { podPartialWrites } from './pod-partial-writes.ts'

const DEFAULT_GRACE_SECONDS = 30

export const podStrategy: Strategy = {
  countsGenerations: true,
  returnDeletedObject: true,
  statusMetadata: ['labels', 'annotations'],
  prepareForCreate(object) {
    object.status = { phase: 'Pending', qosClass: qosClassOf(object.spec as k8s.PodSpec) }
  },
  prepareForPart: podPartialWrites,
  gracePeriodSeconds(object, options) {
    const spec = object.spec as k8s.PodSpec
    const phase = (object.status as k8s.PodStatus | undefined)?.phase
    // Nothing runs that could use the time: not on a node yet, or already over.
    if (!spec.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0
    const period = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS
    return period < 0 ? 1 : period
  },
}
