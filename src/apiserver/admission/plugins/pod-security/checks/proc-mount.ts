/** The masks over `/proc` stay. */
import { type CheckedPod, named, namesWhere, type PodCheck, quoted, sorted } from '../check.ts'

export const procMount: PodCheck = { id: 'procMount', level: 'baseline', versions: [{ since: 0, check }] }

function check(pod: CheckedPod) {
  const wanted = ({ securityContext }: CheckedPod['containers'][number]) => securityContext?.procMount ?? 'Default'
  const bad = namesWhere(pod, (container) => wanted(container) !== 'Default')
  if (bad.length === 0) return undefined
  const types = sorted(pod.containers.map(wanted)).filter((type) => type !== 'Default')
  return {
    reason: 'procMount',
    detail: `${named('container', bad)} must not set securityContext.procMount to ${quoted(types)}`,
  }
}
