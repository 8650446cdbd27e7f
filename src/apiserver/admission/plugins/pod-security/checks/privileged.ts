/** No privileged containers. */
import { type CheckedPod, named, namesWhere, type PodCheck } from '../check.ts'

export const privileged: PodCheck = { id: 'privileged', level: 'baseline', versions: [{ since: 0, check }] }

function check(pod: CheckedPod) {
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.privileged === true)
  if (bad.length === 0) return undefined
  return { reason: 'privileged', detail: `${named('container', bad)} must not set securityContext.privileged=true` }
}
