/** Pods: their first status, and the grace period that the kubelet ends.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod (strategy.go). */
import type { k8s } from '../../../api/index.ts'
import { qosClassOf } from '../../../api/machinery.ts'
import { toKubernetesTime } from '../../../lib/index.ts'
import type { Strategy } from '../strategy.ts'
import { applyAppArmorAnnotations } from './app-armor-annotations.ts'
import { dropDisabledPodFields } from './disabled-pod-fields.ts'
import { mergeLabelKeys } from './label-keys.ts'
import { keepPodStatus } from './pod-status.ts'
import { podPartialWrites } from './pod-partial-writes.ts'

const DEFAULT_GRACE_SECONDS = 30
const GATED = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
}

export const podStrategy: Strategy = {
  countsGenerations: true,
  returnDeletedObject: true,
  statusKeeps: ['ownerReferences', 'deletionTimestamp'],
  prepareForCreate(object, { clock }, { warn }) {
    const spec = object.spec as k8s.PodSpec | undefined
    if (spec === undefined) return
    const { labels = {}, annotations = {} } = object.metadata
    const isGated = (spec.schedulingGates ?? []).length > 0
    object.status = {
      phase: 'Pending',
      qosClass: qosClassOf(spec),
      ...(isGated && { conditions: [{ ...GATED, lastTransitionTime: toKubernetesTime(clock.now()) }] }),
    }
    dropDisabledPodFields(spec)
    mergeLabelKeys(spec, labels)
    applyAppArmorAnnotations({ spec, annotations }, warn)
  },
  prepareForUpdate(object, old) {
    if (object.spec !== undefined) dropDisabledPodFields(object.spec as k8s.PodSpec, old.spec as k8s.PodSpec)
  },
  prepareForStatus(object, old) {
    if (object.status !== undefined) keepPodStatus(object.status as k8s.PodStatus, old.status ?? {})
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
