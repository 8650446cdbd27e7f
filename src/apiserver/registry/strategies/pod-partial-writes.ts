/** What the subresources of pods that change a part of them leave as it was.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod (dropNonEphemeralContainerUpdates, dropNonResizeUpdates). */
import { cloneJson, type k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'
import { dropDisabledPodFields } from './disabled-pod-fields.ts'

type Containers = readonly k8s.Container[]

export const podPartialWrites: NonNullable<Strategy['prepareForPart']> = {
  ephemeralcontainers(pod, old) {
    const { ephemeralContainers } = specOf(pod)
    keepAllBut(pod, old, { ephemeralContainers })
    dropDisabledPodFields(specOf(pod), specOf(old))
  },
  resize(pod, old) {
    const { containers = [], initContainers } = specOf(pod) as Partial<k8s.PodSpec>
    const before = specOf(old)
    // Validation refuses containers that come, go or change their places: it has to see them.
    if (containers.length !== before.containers.length) return
    if ((initContainers ?? []).length !== (before.initContainers ?? []).length) return
    keepAllBut(pod, old, {
      containers: withResources(containers, before.containers),
      ...(initContainers && { initContainers: withResources(initContainers, before.initContainers ?? []) }),
    })
  },
}

const specOf = ({ spec }: AnyObject) => spec as k8s.PodSpec

/** The old containers with what the new ones ask of resources; the new ones when they are others. */
function withResources(containers: Containers, old: Containers): k8s.Container[] {
  if (containers.some(({ name }, i) => name !== old[i]?.name)) return [...containers]
  return containers.map(({ resources, resizePolicy }, i) =>
    defined({ ...(old[i] as k8s.Container), resources, resizePolicy }),
  )
}

const METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const

/** `pod` becomes `old` but for these fields of its spec; who owns what stays as it is in `pod`. */
function keepAllBut(pod: AnyObject, old: AnyObject, changes: Partial<Record<keyof k8s.PodSpec, unknown>>): void {
  const { spec, status, metadata } = cloneJson(old)
  pod.spec = defined({ ...(spec as object), ...changes })
  if (status === undefined) delete pod.status
  else pod.status = status
  for (const field of METADATA) {
    if (metadata[field] === undefined) delete pod.metadata[field]
    else Object.assign(pod.metadata, { [field]: metadata[field] })
  }
}

/** Without the fields that are undefined. */
const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
