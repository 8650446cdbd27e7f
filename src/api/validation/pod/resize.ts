/** What may change of the resources of a pod that runs.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodResize). */
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts'
import type { ResourceList } from '../../quantity/index.ts'
import { qosClassOf } from '../../quota/index.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import { MIRROR } from './annotations.ts'

const LISTS = ['requests', 'limits'] as const
const RESIZED = ['cpu', 'memory']

export function validateResize(pod: Pod, old: Pod): FieldError[] {
  const refusal = refusalOf(pod, old)
  if (refusal !== undefined) return [forbidden('[]', refusal)]
  const errors: FieldError[] = []
  if ((old.status?.qosClass ?? qosClassOf(old.spec)) !== qosClassOf(pod.spec))
    errors.push(
      invalidValue('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'),
    )
  const running = (old.status?.containerStatuses ?? []).find(({ state }) => state?.running !== undefined)
  if (running !== undefined && running.resources === undefined)
    errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  const moved = [
    ...movedContainers(pod.spec, old.spec, 'containers'),
    ...movedContainers(pod.spec, old.spec, 'initContainers'),
  ]
  if (moved.length > 0) return [...errors, ...moved]
  errors.push(
    ...removedResources(pod.spec, old.spec, 'initContainers'),
    ...removedResources(pod.spec, old.spec, 'containers'),
    ...otherChanges(pod.spec, old.spec),
  )
  if (errors.length > 0) return errors
  const comparable = { ...pod.spec, containers: old.spec.containers, initContainers: old.spec.initContainers }
  return sameValue(comparable, old.spec) ? [] : [forbidden('spec', 'only cpu and memory resources are mutable')]
}

/** Pods that are not resized at all. */
function refusalOf(pod: Pod, old: Pod): string | undefined {
  const isResourced = ({ spec: { resources } }: Pod) =>
    LISTS.some((list) => Object.keys(resources?.[list] ?? {}).length > 0)
  if (isResourced(old) || isResourced(pod)) return 'pods with pod-level resources cannot be resized'
  if (Object.hasOwn(old.metadata.annotations ?? {}, MIRROR)) return 'static pods cannot be resized'
  return old.spec.os?.name === 'windows' ? 'windows pods cannot be resized' : undefined
}

type Field = 'containers' | 'initContainers'

function movedContainers(spec: PodSpec, old: PodSpec, field: Field): FieldError[] {
  const [now, before] = [spec[field] ?? [], old[field] ?? []]
  if (now.length !== before.length)
    return [forbidden(`spec.${field}`, `${field} may not be added or removed on resize`)]
  return before.flatMap(({ name }, index) =>
    now[index]?.name === name
      ? []
      : [forbidden(`spec.${field}[${index}].name`, `${field} may not be renamed or reordered on resize`)],
  )
}

const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always'

function removedResources(spec: PodSpec, old: PodSpec, field: Field): FieldError[] {
  return (old[field] ?? []).flatMap((before, index) => {
    if (field === 'initContainers' && !isSidecar(before)) return []
    const now = spec[field]?.[index]?.resources
    return LISTS.flatMap((list) =>
      Object.keys(before.resources?.[list] ?? {}).every((name) => now?.[list]?.[name] !== undefined)
        ? []
        : [forbidden(`spec.${field}[${index}].resources.${list}`, `resource ${list} cannot be removed`)],
    )
  })
}

function otherChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const changed = (container: Container, before: Container | undefined) =>
    before !== undefined && !sameValue({ ...container, resources: withoutResize(container, before) }, before)
  const errors = (spec.containers ?? []).flatMap((container, index) =>
    changed(container, old.containers[index]) ? [forbidden('spec', 'only cpu and memory resources are mutable')] : [],
  )
  ;(spec.initContainers ?? []).forEach((container, index) => {
    const before = old.initContainers?.[index]
    if (isSidecar(container) && changed(container, before))
      errors.push(forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable'))
    else if (!isSidecar(container) && !sameValue(container, before))
      errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'))
  })
  return errors
}

/** The resources with CPU and memory as they were. Where there was no list, there is none to compare. */
function withoutResize(container: Container, before: Container): ResourceRequirements {
  const list = (now: ResourceList | undefined, old: ResourceList | undefined) => {
    if (old === undefined) return undefined
    const others = Object.entries(now ?? {}).filter(([name]) => !RESIZED.includes(name))
    const kept = Object.entries(old).filter(([name]) => RESIZED.includes(name))
    return Object.fromEntries([...others, ...kept])
  }
  return {
    limits: list(container.resources?.limits, before.resources?.limits),
    requests: list(container.resources?.requests, before.resources?.requests),
  }
}
