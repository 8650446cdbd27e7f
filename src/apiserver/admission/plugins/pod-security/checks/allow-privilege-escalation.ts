/** Processes must not gain more privileges than their parent. */
import { type CheckedPod, isWindows, named, namesWhere, type PodCheck } from '../check.ts'

export const allowPrivilegeEscalation: PodCheck = {
  id: 'allowPrivilegeEscalation',
  level: 'restricted',
  versions: [
    { since: 8, check },
    // Windows knows no such thing.
    { since: 25, check: (pod) => (isWindows(pod) ? undefined : check(pod)) },
  ],
}

function check(pod: CheckedPod) {
  const bad = namesWhere(pod, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false)
  if (bad.length === 0) return undefined
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${named('container', bad)} must set securityContext.allowPrivilegeEscalation=false`,
  }
}
