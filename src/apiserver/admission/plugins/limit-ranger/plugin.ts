/** LimitRanger: pods and claims within the limits of their namespace.
 *  Source: kubernetes v1.34, plugin/pkg/admission/limitranger. */
import { type k8s, resources } from '../../../../api/index.ts'
import { podLimits, podRequests } from '../../../../api/machinery.ts'
import type { Backend } from '../../../server/context.ts'
import type { AdmissionPlugin } from '../../admission.ts'
import type { AdmissionRequest } from '../../admission-request.ts'
import { forbidden, isOf } from '../forbidden.ts'
import { limitRequestRatio, maximum, maximumRequest, minimum, type Subject, violations } from './constraints.ts'
import { applyLimitDefaults } from './defaults.ts'

const rangesOf = ({ namespace = '' }: AdmissionRequest, { views }: Backend): readonly k8s.LimitRange[] =>
  views.of(resources.limitranges).listIn(namespace) as unknown as readonly k8s.LimitRange[]

export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  handles: (request, backend) => isLimited(request) && rangesOf(request, backend).length > 0,
  mutate(request, backend) {
    if (!isOf(request.resource, resources.pods)) return
    for (const range of rangesOf(request, backend)) applyLimitDefaults(request.object as unknown as k8s.Pod, range)
  },
  validate(request, backend) {
    for (const range of rangesOf(request, backend)) {
      const problems = problemsOf(request, range)
      if (problems.length > 0)
        throw forbidden(request, problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`)
    }
  },
}

/** Containers change only when a pod is made, or resized. */
function isLimited({ operation, resource, subresource, oldObject, object }: AdmissionRequest): boolean {
  if (object === undefined || oldObject?.metadata.deletionTimestamp !== undefined) return false
  if (isOf(resource, resources.pods))
    return subresource === '' ? operation === 'CREATE' : subresource === 'resize' && operation === 'UPDATE'
  if (!isOf(resource, resources.persistentvolumeclaims) || subresource !== '') return false
  return operation === 'CREATE' || operation === 'UPDATE'
}

function problemsOf({ resource, object }: AdmissionRequest, { spec }: k8s.LimitRange): string[] {
  const limits = spec?.limits ?? []
  if (isOf(resource, resources.pods))
    return limits.flatMap((item) =>
      podSubjects(object as unknown as k8s.Pod, item.type).flatMap((subject) => [
        ...violations(minimum, item.min, subject),
        ...violations(maximum, item.max, subject),
        ...violations(limitRequestRatio, item.maxLimitRequestRatio, subject),
      ]),
    )
  const requests = (object as unknown as k8s.PersistentVolumeClaim).spec?.resources?.requests ?? {}
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((item) => {
      const subject = { type: item.type, requests, limits: {} }
      return [...violations(minimum, item.min, subject), ...violations(maximumRequest, item.max, subject)]
    })
}

function podSubjects({ spec }: k8s.Pod, type: string): Subject[] {
  if (spec === undefined) return []
  if (type === 'Container')
    return [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources: own }) => ({
      type,
      requests: own?.requests ?? {},
      limits: own?.limits ?? {},
    }))
  if (type !== 'Pod') return []
  const bare = { ...spec, overhead: undefined }
  return [{ type, requests: podRequests(bare), limits: podLimits(bare) }]
}
