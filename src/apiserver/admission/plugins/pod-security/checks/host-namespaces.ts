/** No namespaces of the host. */
import { type CheckedPod, type PodCheck } from '../check.ts'

const FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'] as const

export const hostNamespaces: PodCheck = { id: 'hostNamespaces', level: 'baseline', versions: [{ since: 0, check }] }

function check({ spec }: CheckedPod) {
  const shared = FIELDS.filter((field) => spec[field] === true).map((field) => `${field}=true`)
  return shared.length === 0 ? undefined : { reason: 'host namespaces', detail: shared.join(', ') }
}
