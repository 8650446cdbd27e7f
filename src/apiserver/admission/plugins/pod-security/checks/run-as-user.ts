/** Nobody asks to run as root. */
import { type CheckedPod, namesWhere, type PodCheck, setters } from '../check.ts'

export const runAsUser: PodCheck = { id: 'runAsUser', level: 'restricted', versions: [{ since: 23, check }] }

function check(pod: CheckedPod) {
  const who = setters(
    pod.spec.securityContext?.runAsUser === 0,
    namesWhere(pod, ({ securityContext }) => securityContext?.runAsUser === 0),
  )
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` }
}
