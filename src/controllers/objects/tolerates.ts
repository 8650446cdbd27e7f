/** Which taints a toleration bears. Source: k8s.io/api core/v1 Toleration.ToleratesTaint, v1.34. */
import type { k8s } from '../../api/index.ts'

export function tolerates(toleration: k8s.Toleration, taint: k8s.Taint): boolean {
  const { key, operator = 'Equal', value = '', effect } = toleration
  if (effect && effect !== taint.effect) return false
  if (!key) return operator === 'Exists'
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
}
