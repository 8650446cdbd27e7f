/** One decision, as a pure function: filter the nodes, score those left, take the best. */
import type { k8s } from '../api/index.ts'
import { invariant } from '../lib/index.ts'
import type { Misfit } from './framework.ts'
import { defaultProfile, type Profile } from './profile.ts'
import type { NodeInfo, Snapshot } from './snapshot.ts'

/** One node's refusal and the plugin it came from. */
export interface Rejection extends Misfit {
  readonly plugin: string
}

export type Decision =
  | { readonly fits: true; readonly node: string; readonly scores: ReadonlyMap<string, number> }
  | { readonly fits: false; readonly rejections: ReadonlyMap<string, Rejection> }

export interface ScheduleOptions {
  profile?: Profile
  /** In [0, 1): chooses among equally good nodes. Left out, the first of them is taken. */
  random?: () => number
}

export function schedule(snapshot: Snapshot, pod: k8s.Pod, options: ScheduleOptions = {}): Decision {
  const profile = options.profile ?? defaultProfile
  const { feasible, rejections } = filter(snapshot, pod, profile)
  if (feasible.length === 0) return { fits: false, rejections }
  const scores = feasible.length === 1 ? new Map([[onlyName(feasible), 0]]) : score(snapshot, pod, feasible, profile)
  return { fits: true, node: best(scores, options.random ?? (() => 0)), scores }
}

const onlyName = (nodes: readonly NodeInfo[]): string => nodes[0]?.name ?? ''

function filter(snapshot: Snapshot, pod: k8s.Pod, profile: Profile) {
  const checks = profile.filters.flatMap((plugin) => {
    const check = plugin.begin(pod, snapshot)
    return check === undefined ? [] : [{ plugin: plugin.name, check }]
  })
  const feasible: NodeInfo[] = []
  const rejections = new Map<string, Rejection>()
  for (const node of snapshot.nodes) {
    const rejection = firstRejection(checks, node)
    if (rejection === undefined) feasible.push(node)
    else rejections.set(node.name, rejection)
  }
  return { feasible, rejections }
}

function firstRejection(
  checks: readonly { plugin: string; check: (node: NodeInfo) => Misfit | undefined }[],
  node: NodeInfo,
): Rejection | undefined {
  for (const { plugin, check } of checks) {
    const misfit = check(node)
    if (misfit !== undefined) return { plugin, ...misfit }
  }
  return undefined
}

function score(snapshot: Snapshot, pod: k8s.Pod, nodes: readonly NodeInfo[], profile: Profile): Map<string, number> {
  const totals = new Map(nodes.map((node) => [node.name, 0]))
  for (const plugin of profile.scores) {
    const scoreNode = plugin.begin(pod, snapshot, nodes)
    if (scoreNode === undefined) continue
    const raw = nodes.map(scoreNode)
    const normalized = plugin.normalize?.(raw) ?? raw
    nodes.forEach((node, at) => {
      totals.set(node.name, (totals.get(node.name) ?? 0) + plugin.weight * (normalized[at] ?? 0))
    })
  }
  return totals
}

function best(scores: ReadonlyMap<string, number>, random: () => number): string {
  const top = Math.max(...scores.values())
  const tied = [...scores].filter(([, value]) => value === top).map(([name]) => name)
  const chosen = tied[Math.min(tied.length - 1, Math.floor(random() * tied.length))]
  invariant(chosen !== undefined, 'a feasible node has the best score')
  return chosen
}
