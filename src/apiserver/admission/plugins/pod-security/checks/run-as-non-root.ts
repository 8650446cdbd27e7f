/** Containers must say that they do not run as root. */
import { type CheckedPod, named, namesWhere, type PodCheck, setters } from '../check.ts'

export const runAsNonRoot: PodCheck = { id: 'runAsNonRoot', level: 'restricted', versions: [{ since: 0, check }] }

function check(pod: CheckedPod) {
  const reason = 'runAsNonRoot != true'
  const own = pod.spec.securityContext?.runAsNonRoot
  const explicit = namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === false)
  if (own === false || explicit.length > 0)
    return { reason, detail: `${setters(own === false, explicit)} must not set securityContext.runAsNonRoot=false` }
  const silent = namesWhere(pod, ({ securityContext }) => securityContext?.runAsNonRoot === undefined)
  if (own === true || silent.length === 0) return undefined
  return { reason, detail: `pod or ${named('container', silent)} must set securityContext.runAsNonRoot=true` }
}
