/** Label selectors as query strings and as Go prints them. Sources: k8s.io/apimachinery v0.34, pkg/apis/meta/v1
 *  (FormatLabelSelector, LabelSelector.String). */
import type { k8s } from '../../api/index.ts'

const OPERATORS: Readonly<Record<string, (key: string, values: readonly string[]) => string>> = {
  In: (key, values) => `${key} in (${values.toSorted().join(',')})`,
  NotIn: (key, values) => `${key} notin (${values.toSorted().join(',')})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
}

/** Empty: everything. */
export function selectorText(selector: k8s.LabelSelector | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
  const others = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values }) => OPERATORS[operator]?.(key, values ?? []) ?? key,
  )
  return [...equal, ...others].join(',')
}

/** `&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}` */
export function printedSelector(selector: k8s.LabelSelector | undefined): string {
  if (selector === undefined) return 'nil'
  const labels = Object.entries(selector.matchLabels ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = (selector.matchExpressions ?? []).map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
