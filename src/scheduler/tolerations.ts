/** Which taints a pod bears. Source: k8s.io/api core/v1 Toleration.ToleratesTaint, v1.34. */
import type { k8s } from '../api/index.ts'

export function tolerates(tolerations: readonly k8s.Toleration[] | undefined, taint: k8s.Taint): boolean {
  return (tolerations ?? []).some((toleration) => {
    if (toleration.effect && toleration.effect !== taint.effect) return false
    if (toleration.key && toleration.key !== taint.key) return false
    if (toleration.operator === 'Exists') return true
    if (toleration.operator && toleration.operator !== 'Equal') return false
    return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '')
  })
}
