/** What is let pass in pods and pod templates, and said to the client.
 *  Source: kubernetes v1.34, pkg/api/pod/warnings.go, pkg/registry/core/pod (WarningsOnCreate). */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { ObjectMeta, Pod, PodSpec, PodTemplateSpec } from '../../generated/types.ts'
import { containerWarnings } from './warnings/containers.ts'
import { nameResolutionAddressWarnings, repeatedNamesWarnings } from './warnings/names.ts'
import { nodeLabelWarnings, podAffinityWarnings } from './warnings/placement.ts'
import { portWarnings } from './warnings/ports.ts'
import { annotationWarnings, overheadWarnings, seccompAnnotationWarnings } from './warnings/pod.ts'
import { pathOverlapWarnings } from './warnings/volume-paths.ts'
import { volumeWarnings } from './warnings/volumes.ts'

/** Only of new pods: those that exist are written by machines. */
export function podWarnings(pod: Pod, old: Pod | undefined): string[] {
  if (old !== undefined) return []
  const problems = dnsLabelProblems(pod.metadata?.name ?? '')
  const why = "this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended"
  return [
    ...(problems.length === 0 ? [] : [`metadata.name: ${why}: [${problems.join(' ')}]`]),
    ...specWarnings(pod, ''),
  ]
}

/** `fieldPath` is where the template is, such as `spec.template`. Whether to ask again for a template that has not
 *  changed is the caller's to say; of one that is being replaced everything is said as of a new one. */
export function podTemplateWarnings(
  fieldPath: string,
  template: PodTemplateSpec | undefined,
  _oldTemplate?: PodTemplateSpec,
): string[] {
  return template === undefined ? [] : specWarnings(template, `${fieldPath}.`)
}

/** `prefix` is empty for pods, and what their template's path is followed by for others. */
function specWarnings(
  { metadata = {}, spec }: { metadata?: Partial<ObjectMeta> | undefined; spec?: PodSpec | undefined },
  prefix: string,
): string[] {
  if (spec === undefined) return []
  const annotations = metadata.annotations ?? {}
  const seconds = spec.terminationGracePeriodSeconds
  const path = `${prefix}spec`
  return [
    ...nodeLabelWarnings(spec, path),
    ...annotationWarnings(annotations, `${prefix}metadata.annotations`),
    ...volumeWarnings(spec.volumes ?? [], `${path}.volumes`),
    ...pathOverlapWarnings(spec.volumes ?? []),
    ...repeatedNamesWarnings(spec, path),
    ...overheadWarnings(spec, path),
    ...seccompAnnotationWarnings(spec, annotations, `${prefix}metadata.annotations`),
    ...containerWarnings(spec, annotations, prefix),
    ...portWarnings(spec, path),
    ...(seconds !== undefined && seconds < 0
      ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinityWarnings(spec.affinity, `${path}.affinity`),
    ...nameResolutionAddressWarnings(spec, path),
  ]
}
