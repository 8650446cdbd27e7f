/** Pods: what may change once they exist. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodUpdate). */
import type { Container, Pod, PodSpec, Toleration } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { validatePodSpec } from './pod-spec.ts'
import { podWarnings } from './warnings.ts'

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export const podRules: KindRules<Pod> = {
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
}

function validatePod(pod: Pod): FieldError[] {
  return pod.spec === undefined ? [] : validatePodSpec(pod.spec, 'spec')
}

function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const { spec } = pod
  for (const field of ['containers', 'initContainers'] as const)
    if ((spec[field] ?? []).length !== (old.spec[field] ?? []).length)
      return [forbidden(`spec.${field}`, 'pod updates may not add or remove containers')]
  const errors = [...validateDeadline(spec, old.spec), ...validateTolerations(spec, old.spec)]
  // A scheduler's binding is the one change of nodeName; it is written through the binding subresource.
  const comparable: PodSpec = {
    ...spec,
    containers: withImagesOf(spec.containers, old.spec.containers),
    ...(spec.initContainers && { initContainers: withImagesOf(spec.initContainers, old.spec.initContainers ?? []) }),
    activeDeadlineSeconds: old.spec.activeDeadlineSeconds,
    tolerations: old.spec.tolerations,
    schedulingGates: old.spec.schedulingGates,
    ...((old.spec.nodeName ?? '') === '' && { nodeName: old.spec.nodeName }),
    ...((old.spec.terminationGracePeriodSeconds ?? 0) < 0 &&
      spec.terminationGracePeriodSeconds === 1 && {
        terminationGracePeriodSeconds: old.spec.terminationGracePeriodSeconds,
      }),
  }
  if (sameValue(comparable, old.spec)) return errors
  const changed = Object.keys({ ...comparable, ...old.spec }).filter(
    (field) => !sameValue(comparable[field as keyof PodSpec], old.spec[field as keyof PodSpec]),
  )
  const why = `pod updates may not change fields other than ${UPDATABLE}\nchanged: ${changed.map((field) => `spec.${field}`).join(', ')}`
  return [...errors, forbidden('spec', why)]
}

const withImagesOf = (containers: readonly Container[], old: readonly Container[]): Container[] =>
  containers.map((container, index) => ({ ...container, image: old[index]?.image }))

function validateDeadline(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = 'spec.activeDeadlineSeconds'
  const [value, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds]
  if (before === undefined) return []
  if (value === undefined) return [invalidValue(path, value, 'must not update from a positive integer to nil value')]
  return value > before ? [invalidValue(path, value, 'must be less than or equal to previous value')] : []
}

function validateTolerations(spec: PodSpec, old: PodSpec): FieldError[] {
  const without = (toleration: Toleration) => ({ ...toleration, tolerationSeconds: undefined })
  const kept = (old.tolerations ?? []).every((before) =>
    (spec.tolerations ?? []).some((now) => sameValue(without(now), without(before))),
  )
  return kept
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
}
