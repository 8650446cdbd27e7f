/** What the check of a pod's spec depends on besides the spec: what it is the spec of, and what was let pass before the
 *  rules became as they are. Source: kubernetes v1.34, pkg/api/pod (GetValidationOptionsFromPodSpecAndMeta). */
import { labelValueProblems } from '../../formats/index.ts'
import type { Affinity, PodAffinityTerm, PodSpec } from '../../generated/types.ts'
import { validateSelector } from '../kinds/selector.ts'
import { everyContainer } from './every-container.ts'
import { isWholePages } from './huge-pages.ts'
import { clashesWithHost } from './sysctls.ts'

export interface PodSpecOptions {
  /** The spec is a pod's own, not a template's. */
  ofPod: boolean
  /** The name of the pod, where it is known: volumes claim storage under it. */
  podName?: string | undefined
  /** The pod is a static one's image in the API. */
  isMirror?: boolean
  allowsBrokenPages?: boolean
  allowsInvalidAffinityLabels?: boolean
  allowsInvalidNodeLabels?: boolean
  allowsInvalidSpreadSelectors?: boolean
  allowsClashingSysctls?: boolean
  allowsAnySeLinuxChangePolicy?: boolean
  allowsDevicesOfOtherUsers?: boolean
  /** What a spread's label keys were not yet checked for. */
  allowsRepeatedSpreadKeys?: boolean
}

/** `old` is the spec that is replaced: what it has, its successor may keep. */
export function optionsAfter(base: PodSpecOptions, old: PodSpec | undefined): PodSpecOptions {
  if (old === undefined) return base
  const { securityContext, topologySpreadConstraints: spreads = [], affinity } = old
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const containers = everyContainer(old, 'spec').map(({ container }) => container)
  return {
    ...base,
    allowsBrokenPages: containers.some(({ resources }) =>
      [resources?.limits, resources?.requests].some((list) =>
        Object.entries(list ?? {}).some(([name, amount]) => !isWholePages(name, amount)),
      ),
    ),
    allowsInvalidAffinityLabels: podAffinityTerms(affinity).some((term) => hasInvalidSelector(term)),
    allowsInvalidNodeLabels: terms.some(({ matchExpressions = [] }) =>
      matchExpressions.some(({ values = [] }) => values.some((value) => labelValueProblems(value).length > 0)),
    ),
    allowsInvalidSpreadSelectors: spreads.some(
      ({ labelSelector }) => labelSelector !== undefined && validateSelector(labelSelector, '').length > 0,
    ),
    allowsClashingSysctls: (securityContext?.sysctls ?? []).some(
      ({ name }) => clashesWithHost(name, old) !== undefined,
    ),
    allowsAnySeLinuxChangePolicy: securityContext?.seLinuxChangePolicy !== undefined,
    allowsDevicesOfOtherUsers:
      old.hostUsers === false && containers.some(({ volumeDevices = [] }) => volumeDevices.length > 0),
    allowsRepeatedSpreadKeys: spreads.some(
      ({ matchLabelKeys = [], labelSelector }) => matchLabelKeys.length > 0 && labelSelector === undefined,
    ),
  }
}

function podAffinityTerms(affinity: Affinity | undefined): PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ])
}

const hasInvalidSelector = ({ labelSelector, namespaceSelector }: PodAffinityTerm) =>
  [labelSelector, namespaceSelector].some(
    (selector) => selector !== undefined && validateSelector(selector, '').length > 0,
  )
