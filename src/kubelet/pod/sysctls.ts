/** Which kernel parameters a pod may set. Pure. Source: Kubernetes v1.34, pkg/kubelet/sysctl. */
import type { k8s } from '../../api/index.ts'

/** Those that are of the pod alone, with the kernel since which they are. */
const SAFE: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  'kernel.shm_rmid_forced': [0, 0],
  'net.ipv4.ip_local_port_range': [0, 0],
  'net.ipv4.tcp_syncookies': [0, 0],
  'net.ipv4.ping_group_range': [0, 0],
  'net.ipv4.ip_unprivileged_port_start': [0, 0],
  'net.ipv4.ip_local_reserved_ports': [3, 16],
  'net.ipv4.tcp_keepalive_time': [4, 5],
  'net.ipv4.tcp_fin_timeout': [4, 6],
  'net.ipv4.tcp_keepalive_intvl': [4, 5],
  'net.ipv4.tcp_keepalive_probes': [4, 5],
  'net.ipv4.tcp_rmem': [4, 15],
  'net.ipv4.tcp_wmem': [4, 15],
}

/** With dots between its parts: slashes are taken too, and then dots are part of a name. */
export function sysctlName(name: string): string {
  const first = /[./]/.exec(name)?.[0]
  if (first !== '/') return name
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}

/** Why the pod cannot be taken, or undefined. `kernel`: its version, such as `6.1.0-13-amd64`. */
export function forbiddenSysctl({ spec }: k8s.Pod, kernel: string): string | undefined {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const why = forbidden(sysctlName(name), spec, kernel)
    if (why !== undefined) return `forbidden sysctl: ${JSON.stringify(sysctlName(name))} ${why}`
  }
  return undefined
}

function forbidden(name: string, spec: k8s.PodSpec, kernel: string): string | undefined {
  const since = SAFE[name]
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10))
  if (since === undefined || major < since[0] || (major === since[0] && minor < since[1])) return 'not allowlisted'
  if (name.startsWith('net.') && spec.hostNetwork) return 'not allowed with host Net enabled'
  if (name.startsWith('kernel.') && spec.hostIPC) return 'not allowed with host IPC enabled'
  return undefined
}
