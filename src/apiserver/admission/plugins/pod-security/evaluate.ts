/** Runs the checks of a level on a pod. Source: k8s.io/pod-security-admission v0.34, policy (registry.go, checks.go). */
import type { CheckedPod, Forbidden } from './check.ts'
import { podChecks } from './pod-checks.ts'
import type { LevelVersion } from './policy.ts'

/** What the policy forbids of the pod; nothing when it is allowed. */
export function evaluate({ level, version }: LevelVersion, pod: CheckedPod): Forbidden[] {
  if (level === 'privileged') return []
  const asked = version === 'latest' ? Number.POSITIVE_INFINITY : version
  const current = podChecks
    .filter((check) => level === 'restricted' || check.level === 'baseline')
    .flatMap(({ id, level: own, versions }) => {
      const newest = versions.findLast(({ since }) => since <= asked)
      return newest === undefined ? [] : [{ id, own, newest }]
    })
  const overridden = new Set(current.flatMap(({ newest }) => newest.overrides ?? []))
  return current.flatMap(({ id, newest }) => (overridden.has(id) ? [] : (newest.check(pod) ?? [])))
}

/** `host namespaces (hostPID=true), privileged (…)`. */
export const details = (forbidden: readonly Forbidden[]): string =>
  forbidden.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ')

export const reasons = (forbidden: readonly Forbidden[]): string => forbidden.map(({ reason }) => reason).join(', ')
