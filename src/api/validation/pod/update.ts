/** What may change of a pod that exists. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodUpdate). */
import { between } from '../../formats/index.ts'
import type { Container, Pod, PodSchedulingGate, PodSpec, Toleration } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import { validateGatedUpdate, withoutGatedChanges } from './gated-update.ts'
import { validatePodImage } from './images.ts'
import { sameSpec, specDifference } from './spec-difference.ts'
import { validateTolerations } from './tolerations.ts'

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,' +
  '`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const MAX_INT32 = 2 ** 31 - 1

export function validatePodUpdate({ spec }: Pod, { spec: old }: Pod): FieldError[] {
  const errors: FieldError[] = []
  for (const field of ['containers', 'initContainers'] as const) {
    const containers = spec[field] ?? []
    if (containers.length !== (old[field] ?? []).length)
      return [...errors, forbidden(`spec.${field}`, 'pod updates may not add or remove containers')]
    errors.push(...containers.flatMap((container, index) => validateImage(container, `spec.${field}[${index}]`)))
  }
  const { activeDeadlineSeconds: deadline } = spec
  const late = validateDeadline(deadline, old.activeDeadlineSeconds)
  errors.push(...late)
  if (late.length > 0 && deadline !== undefined) return errors
  errors.push(
    ...validateToleratedUpdate(spec.tolerations ?? [], old.tolerations ?? []),
    ...validateGates(spec.schedulingGates ?? [], old.schedulingGates ?? []),
  )
  if (sameSpec(spec, old)) return errors
  const isGated = (old.schedulingGates ?? []).length > 0
  if (isGated) errors.push(...validateGatedUpdate(spec, old))
  const comparable = withoutUpdates(isGated ? withoutGatedChanges(spec, old) : spec, old)
  if (sameSpec(comparable, old)) return errors
  const why = `pod updates may not change fields other than ${UPDATABLE}\n${specDifference(old, comparable)}`
  return [...errors, forbidden('spec', why)]
}

const validateImage = ({ image }: Container, at: string): FieldError[] =>
  image ? validatePodImage(image, at) : [required(`${at}.image`)]

function validateDeadline(seconds: number | undefined, old: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds'
  if (seconds === undefined)
    return old === undefined
      ? []
      : [invalidValue(path, undefined, 'must not update from a positive integer to nil value')]
  if (seconds < 0 || seconds > MAX_INT32) return [invalidValue(path, seconds, between(0, MAX_INT32))]
  return old !== undefined && seconds > old
    ? [invalidValue(path, seconds, 'must be less than or equal to previous value')]
    : []
}

function validateToleratedUpdate(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const path = 'spec.tolerations'
  const without = (toleration: Toleration) => ({ ...toleration, tolerationSeconds: undefined })
  const areKept = old.every((before) => tolerations.some((now) => sameValue(without(now), without(before))))
  return areKept
    ? validateTolerations(tolerations, path)
    : [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')]
}

function validateGates(gates: readonly PodSchedulingGate[], old: readonly PodSchedulingGate[]): FieldError[] {
  const known = new Set(old.map(({ name }) => name))
  return gates.flatMap(({ name }, index) => {
    if (known.has(name)) return []
    known.add(name)
    const last = gates.findLastIndex((gate) => gate.name === name)
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`
    return [forbidden(`spec.schedulingGates[${Math.max(last, index)}].name`, why)]
  })
}

/** The spec with what may change put back. */
function withoutUpdates(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds, schedulingGates, tolerations, terminationGracePeriodSeconds: grace } = old
  const isMended = grace !== undefined && grace < 0 && spec.terminationGracePeriodSeconds === 1
  return {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: withImagesOf(spec.initContainers, old.initContainers) }),
    activeDeadlineSeconds,
    schedulingGates,
    tolerations,
    ...(isMended && { terminationGracePeriodSeconds: grace }),
  }
}

/** Both may be missing where an object is not whole. */
const withImagesOf = (containers: readonly Container[] = [], old: readonly Container[] = []): Container[] =>
  containers.map((container, index) => ({ ...container, image: old[index]?.image }))
