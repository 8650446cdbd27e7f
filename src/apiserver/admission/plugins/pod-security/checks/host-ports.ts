/** No ports of the host. */
import { type CheckedPod, named, namesWhere, plural, type PodCheck, sorted } from '../check.ts'

export const hostPorts: PodCheck = { id: 'hostPorts', level: 'baseline', versions: [{ since: 0, check }] }

function check(pod: CheckedPod) {
  const taken = ({ ports = [] }: CheckedPod['containers'][number]) =>
    ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))
  const bad = namesWhere(pod, (container) => taken(container).length > 0)
  if (bad.length === 0) return undefined
  const ports = sorted(pod.containers.flatMap(taken))
  const use = bad.length === 1 ? 'uses' : 'use'
  return {
    reason: 'hostPort',
    detail: `${named('container', bad)} ${use} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  }
}
