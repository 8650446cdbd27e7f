/** Whether several autoscalers are about the same pods. Pure. */
import { type k8s, matchesLabels, parseKey, parseLabelSelector } from '../../api/index.ts'

/** Those whose selectors select any of `pods`, by their names. */
export function ambiguity(
  selectors: ReadonlyMap<string, string>,
  namespace: string,
  pods: readonly k8s.Pod[],
): { namespace: string; name: string }[] {
  return [...selectors]
    .map(([key, selector]) => ({ ref: parseKey(key), selector }))
    .filter(({ ref, selector }) => {
      if (ref.namespace !== namespace) return false
      const requirements = parseLabelSelector(selector)
      return pods.some(({ metadata }) => matchesLabels(requirements, metadata.labels ?? {}))
    })
    .map(({ ref }) => ({ namespace, name: ref.name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
