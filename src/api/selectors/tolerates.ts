/** Which taints a toleration bears. Source: k8s.io/api core/v1 Toleration.ToleratesTaint, v1.34. */
import type * as k8s from '../generated/types.ts'

export function tolerates(toleration: k8s.Toleration, taint: k8s.Taint): boolean {
  const { key, operator, value = '', effect } = toleration
  if (effect && effect !== taint.effect) return false
  if (!key) return operator === 'Exists'
  return (
    key === taint.key && (operator === 'Exists' || ((operator || 'Equal') === 'Equal' && value === (taint.value ?? '')))
  )
}

/** Whether any of them does. */
export const toleratesTaint = (tolerations: readonly k8s.Toleration[] | undefined, taint: k8s.Taint): boolean =>
  (tolerations ?? []).some((toleration) => tolerates(toleration, taint))
