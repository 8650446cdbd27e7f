/** No capabilities beyond the usual set. */
import { type CheckedPod, named, namesWhere, type PodCheck, quoted, sorted } from '../check.ts'

const ALLOWED = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

export const capabilitiesBaseline: PodCheck = {
  id: 'capabilities_baseline',
  level: 'baseline',
  versions: [{ since: 0, check }],
}

function check(pod: CheckedPod) {
  const added = (container: CheckedPod['containers'][number]) =>
    (container.securityContext?.capabilities?.add ?? []).filter((capability) => !ALLOWED.has(capability))
  const bad = namesWhere(pod, (container) => added(container).length > 0)
  if (bad.length === 0) return undefined
  const capabilities = sorted(pod.containers.flatMap(added))
  return {
    reason: 'non-default capabilities',
    detail: `${named('container', bad)} must not include ${quoted(capabilities)} in securityContext.capabilities.add`,
  }
}
