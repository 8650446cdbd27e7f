/** The shape of a Pod Security check, and the words its refusals are made of.
 *  Source: k8s.io/pod-security-admission v0.34, policy. */
import type { k8s } from '../../../../api/index.ts'

/** A pod, or what a workload makes pods from. */
export interface CheckedPod {
  annotations: Readonly<Record<string, string>>
  spec: k8s.PodSpec
  /** Init containers, then containers, then ephemeral ones. */
  containers: readonly k8s.Container[]
}

export interface Forbidden {
  /** Succinct: `host namespaces`. */
  reason: string
  /** What exactly: `hostNetwork=true`. */
  detail: string
}

type Verdict = Forbidden | undefined

export interface PodCheck {
  id: string
  level: 'baseline' | 'restricted'
  /** Ascending. `since` is the minor version of Kubernetes 1 from which on policies of that version check so. */
  versions: readonly {
    since: number
    check: (pod: CheckedPod) => Verdict
    /** Baseline checks that this restricted one makes superfluous. */
    overrides?: readonly string[]
  }[]
}

export function checkedPod(template: {
  metadata?: Partial<k8s.ObjectMeta> | undefined
  spec: k8s.PodSpec
}): CheckedPod {
  const { spec, metadata } = template
  const { initContainers = [], containers, ephemeralContainers = [] } = spec
  return {
    annotations: metadata?.annotations ?? {},
    spec,
    containers: [...initContainers, ...containers, ...(ephemeralContainers as k8s.Container[])],
  }
}

export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ')

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`)

/** `container "a"`, `containers "a", "b"`. */
export const named = (word: string, names: readonly string[]): string =>
  `${plural(word, names.length)} ${quoted(names)}`

/** `pod and containers "a", "b"`: who set what must not be set. */
export function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])].join(' and ')
}

export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort()

export const namesWhere = (pod: CheckedPod, isBad: (container: k8s.Container) => boolean): string[] =>
  pod.containers.filter(isBad).map(({ name }) => name)

export const isWindows = ({ spec }: CheckedPod): boolean => spec.os?.name === 'windows'
