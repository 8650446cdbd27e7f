/** Whether this node takes a pod that was bound to it. Pure. Source: Kubernetes v1.34, pkg/kubelet/lifecycle/predicate.go,
 *  pkg/kubelet/sysctl/allowlist.go. */
import type { k8s } from '../../api/index.ts'
import { forbiddenSysctl } from './sysctls.ts'

export interface Refusal {
  reason: string
  message: string
}

/** Undefined: it does. */
export function refusePod(pod: k8s.Pod, kernel: string): Refusal | undefined {
  const os = pod.spec.os?.name ?? 'linux'
  if (os !== 'linux')
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
  if (pod.spec.securityContext?.supplementalGroupsPolicy === 'Strict')
    return {
      reason: 'SupplementalGroupsPolicyNotSupported',
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    }
  const sysctl = forbiddenSysctl(pod, kernel)
  return sysctl === undefined ? undefined : { reason: 'SysctlForbidden', message: sysctl }
}
