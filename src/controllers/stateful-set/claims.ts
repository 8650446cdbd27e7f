/** The claims that belong to each pod of a stateful set. Pure. Source: k8s.io/kubernetes v1.34,
 *  pkg/controller/statefulset/stateful_set_utils.go. */
import { apiVersionOf, type k8s, resources } from '../../api/index.ts'
import { ordinalOf } from './identity.ts'

export function claimName(set: k8s.StatefulSet, template: k8s.PersistentVolumeClaim, ordinal: number): string {
  return `${template.metadata.name}-${set.metadata.name}-${ordinal}`
}

export function claimNames(set: k8s.StatefulSet, pod: k8s.Pod): string[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => claimName(set, template, ordinalOf(pod)))
}

/** Whether a claim of this name may be one of the set's. */
export function mayBeClaimOf(set: k8s.StatefulSet, name: string): boolean {
  return (set.spec.volumeClaimTemplates ?? []).some(({ metadata }) =>
    name.startsWith(`${metadata.name}-${set.metadata.name}-`),
  )
}

/** The claims of a pod as they are to be made, in the templates' order. */
export function claimsOf(set: k8s.StatefulSet, pod: k8s.Pod): k8s.PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) =>
    structuredClone({
      ...template,
      apiVersion: apiVersionOf(resources.persistentvolumeclaims),
      kind: resources.persistentvolumeclaims.kind,
      metadata: {
        ...template.metadata,
        name: claimName(set, template, ordinalOf(pod)),
        namespace: set.metadata.namespace,
        labels: { ...template.metadata.labels, ...set.spec.selector.matchLabels },
      },
    }),
  )
}

/** Whether the pod has the volumes of all its claims. */
export function hasStorage(set: k8s.StatefulSet, pod: k8s.Pod): boolean {
  const claimed = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume.persistentVolumeClaim]))
  return (set.spec.volumeClaimTemplates ?? []).every(
    (template) => claimed.get(template.metadata.name)?.claimName === claimName(set, template, ordinalOf(pod)),
  )
}

/** The pod's volumes with those of its claims, which take the place of others of their names. */
export function volumesWithClaims(set: k8s.StatefulSet, pod: k8s.Pod): k8s.Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? []
  const names = new Set(templates.map(({ metadata }) => metadata.name))
  return [
    ...templates.map((template) => ({
      name: template.metadata.name,
      persistentVolumeClaim: { claimName: claimName(set, template, ordinalOf(pod)) },
    })),
    ...(pod.spec.volumes ?? []).filter(({ name }) => !names.has(name)),
  ]
}
