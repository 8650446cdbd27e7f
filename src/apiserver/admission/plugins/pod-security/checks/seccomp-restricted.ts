/** A seccomp profile must be asked for. */
import { type CheckedPod, isWindows, named, namesWhere, type PodCheck } from '../check.ts'
import { forbiddenSeccomp, seccompBaseline } from './seccomp-baseline.ts'

const overrides = [seccompBaseline.id]

export const seccompRestricted: PodCheck = {
  id: 'seccompProfile_restricted',
  level: 'restricted',
  versions: [
    { since: 19, check, overrides },
    { since: 25, check: (pod) => (isWindows(pod) ? undefined : check(pod)), overrides },
  ],
}

function check(pod: CheckedPod) {
  const forbidden = forbiddenSeccomp(pod)
  if (forbidden !== undefined) return forbidden
  const silent = namesWhere(pod, ({ securityContext }) => securityContext?.seccompProfile === undefined)
  if (pod.spec.securityContext?.seccompProfile !== undefined || silent.length === 0) return undefined
  const who = named('container', silent)
  return {
    reason: 'seccompProfile',
    detail: `pod or ${who} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
  }
}
