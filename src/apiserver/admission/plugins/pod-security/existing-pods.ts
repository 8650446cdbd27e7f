/** What a stricter level would say of the pods that a namespace has already.
 *  Source: k8s.io/pod-security-admission v0.34, admission (EvaluatePodsInNamespace). */
import type { k8s } from '../../../../api/index.ts'
import { checkedPod } from './check.ts'
import { evaluate, reasons } from './evaluate.ts'
import { type LevelVersion, printed } from './policy.ts'

const MAX_PODS = 3000

/** The warnings for whoever sets the level. */
export function warnOfExisting(namespace: string, pods: readonly k8s.Pod[], level: LevelVersion): string[] {
  const ordered = oneOfEachController(pods)
  const checked = ordered.slice(0, MAX_PODS)
  const violations = new Map<string, string[]>()
  for (const pod of checked) {
    if (pod.spec === undefined) continue
    const forbidden = evaluate(level, checkedPod({ metadata: pod.metadata, spec: pod.spec }))
    if (forbidden.length === 0) continue
    const why = reasons(forbidden)
    violations.set(why, [...(violations.get(why) ?? []), pod.metadata.name])
  }
  const warnings: string[] = []
  if (checked.length < ordered.length)
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked.length} of ${ordered.length} existing pods`,
    )
  if (violations.size > 0)
    warnings.push(
      `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(printed(level))}`,
    )
  return [...warnings, ...[...violations].map(([why, names]) => `${whose(names)}: ${why}`).sort()]
}

function whose(names: readonly string[]): string {
  const first = [...names].sort()[0] ?? ''
  if (names.length === 1) return first
  return `${first} (and ${names.length - 1} other pod${names.length === 2 ? '' : 's'})`
}

/** Pods of one controller are alike: the others come last. */
function oneOfEachController(pods: readonly k8s.Pod[]): k8s.Pod[] {
  const seen = new Set<string>()
  const [first, alike]: [k8s.Pod[], k8s.Pod[]] = [[], []]
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid
    if (owner !== undefined && seen.has(owner)) alike.push(pod)
    else first.push(pod)
    if (owner !== undefined) seen.add(owner)
  }
  return [...first, ...alike]
}
