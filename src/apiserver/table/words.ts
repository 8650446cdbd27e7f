/** Pieces of cells that several kinds share. */
import type { k8s } from '../../api/index.ts'

export const orNone = (value: string | undefined): string => value || '<none>'
export const orUnset = (value: string | undefined): string => value ?? '<unset>'

/** `a=b,c=d`, sorted by key; `<none>` for no labels. */
export function labelsText(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return pairs.length === 0 ? '<none>' : pairs.map(([key, value]) => `${key}=${value}`).join(',')
}

/** A selector as it would be typed. */
export function selectorText(selector: k8s.LabelSelector | undefined): string {
  if (selector === undefined) return '<none>'
  const terms = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (operator === 'Exists') terms.push({ key, text: key })
    else if (operator === 'DoesNotExist') terms.push({ key, text: `!${key}` })
    else terms.push({ key, text: `${key} ${operator.toLowerCase()} (${[...values].sort().join(',')})` })
  }
  return terms.length === 0
    ? '<none>'
    : terms
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .map((term) => term.text)
        .join(',')
}

export const containerNames = (spec: k8s.PodSpec | undefined): string =>
  (spec?.containers ?? []).map((container) => container.name).join(',')
export const containerImages = (spec: k8s.PodSpec | undefined): string =>
  (spec?.containers ?? []).map((container) => container.image ?? '').join(',')

/** The first `shown` of `all`, and how many more there are. */
export function someOf(all: readonly string[], shown: number, separator = ','): string {
  const text = all.slice(0, shown).join(separator)
  return all.length > shown ? `${text} + ${all.length - shown} more...` : text
}

export const conditionStatus = (
  conditions: readonly { type: string; status: string }[] | undefined,
  type: string,
): string | undefined => conditions?.find((condition) => condition.type === type)?.status
