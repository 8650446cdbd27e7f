/** Kernel settings that concern nobody but the pod. */
import { type CheckedPod, type PodCheck } from '../check.ts'

const V0 = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
]
const V27 = [...V0, 'net.ipv4.ip_local_reserved_ports']
const V29 = [
  ...V27,
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]
const V32 = [...V29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

export const sysctls: PodCheck = {
  id: 'sysctls',
  level: 'baseline',
  versions: [
    { since: 0, check: (pod) => check(pod, V0) },
    { since: 27, check: (pod) => check(pod, V27) },
    { since: 29, check: (pod) => check(pod, V29) },
    { since: 32, check: (pod) => check(pod, V32) },
  ],
}

function check({ spec }: CheckedPod, allowed: readonly string[]) {
  const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name))
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
}
