/** RuntimeClass: what a pod's runtime costs, and where it is to be had.
 *  Source: kubernetes v1.34, plugin/pkg/admission/runtimeclass; pkg/util/tolerations (MergeTolerations). */
import { type k8s, listsEqual, resources } from '../../../api/index.ts'
import { sameJson } from '../../registry/same-json.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionPlugin } from '../admission.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { forbidden, isOf } from './forbidden.ts'

export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  handles: ({ operation, resource, subresource, object }) =>
    operation === 'CREATE' &&
    subresource === '' &&
    isOf(resource, resources.pods) &&
    (specOf(object).runtimeClassName !== undefined || specOf(object).overhead !== undefined),
  mutate(request, backend) {
    const found = classOf(request, backend)
    if (found === undefined) return
    setOverhead(request, found)
    if (found.scheduling !== undefined) setScheduling(request, found.scheduling)
  },
  validate(request, backend) {
    const { overhead } = specOf(request.object)
    const fixed = classOf(request, backend)?.overhead?.podFixed
    if (fixed === undefined && overhead !== undefined)
      throw forbidden(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    if (fixed !== undefined && !listsEqual(fixed, overhead ?? {})) throw mismatch(request)
  },
}

const specOf = (object: AdmissionRequest['object']) => (object as unknown as k8s.Pod).spec

function classOf(request: AdmissionRequest, { views }: Backend): k8s.RuntimeClass | undefined {
  const name = specOf(request.object).runtimeClassName
  if (name === undefined) return undefined
  const found = views.of(resources.runtimeclasses).get({ name }) as unknown as k8s.RuntimeClass | undefined
  if (found === undefined) throw forbidden(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  return found
}

const mismatch = (request: AdmissionRequest) =>
  forbidden(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")

function setOverhead(request: AdmissionRequest, { overhead }: k8s.RuntimeClass): void {
  if (overhead === undefined) return
  const spec = specOf(request.object)
  const own = spec.overhead ?? {}
  if (Object.keys(own).length > 0 && !listsEqual(own, overhead.podFixed ?? {})) throw mismatch(request)
  if (overhead.podFixed !== undefined) spec.overhead = { ...overhead.podFixed }
}

function setScheduling(request: AdmissionRequest, { nodeSelector = {}, tolerations = [] }: k8s.Scheduling): void {
  const spec = specOf(request.object)
  const own = spec.nodeSelector ?? {}
  for (const [key, value] of Object.entries(nodeSelector))
    if (Object.hasOwn(own, key) && own[key] !== value)
      throw forbidden(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own[key]}`,
      )
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...own, ...nodeSelector }
  if (tolerations.length > 0) spec.tolerations = merged([...(spec.tolerations ?? []), ...tolerations])
}

/** Without those that others cover. */
function merged(all: readonly k8s.Toleration[]): k8s.Toleration[] {
  const kept: k8s.Toleration[] = []
  for (const [i, one] of all.entries()) {
    const later = all.slice(i + 1).some((other) => !sameJson(one, other) && covers(other, one))
    if (!later && !kept.some((other) => covers(other, one))) kept.push(one)
  }
  return kept
}

function covers(wide: k8s.Toleration, narrow: k8s.Toleration): boolean {
  if (sameJson(wide, narrow)) return true
  if (narrow.key !== wide.key && !(!wide.key && wide.operator === 'Exists')) return false
  if (narrow.effect !== wide.effect && wide.effect) return false
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined)
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false
  if (wide.operator === 'Exists') return true
  const isEqual = (operator: string | undefined) => !operator || operator === 'Equal'
  return isEqual(wide.operator) && isEqual(narrow.operator) && (narrow.value ?? '') === (wide.value ?? '')
}
