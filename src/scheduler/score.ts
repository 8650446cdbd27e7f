/** How good each node is for a pod. Source: kube-scheduler v1.34, RunScorePlugins. */
import type { k8s } from '../api/index.ts'
import type { Profile } from './profile.ts'
import type { NodeInfo, Snapshot } from './snapshot.ts'

/** What one plugin says of one node; a plugin that had nothing to say of the pod gives 0. */
export interface PluginScore {
  readonly plugin: string
  readonly weight: number
  /** As the plugin counts. */
  readonly raw: number
  /** From 0 to MAX_NODE_SCORE. */
  readonly normalized: number
}

export interface NodeScore {
  readonly node: string
  /** The sum of weight times normalised score. */
  readonly total: number
  readonly plugins: readonly PluginScore[]
}

/** In the order of `nodes`; `snapshot` holds all nodes, also those that did not pass the filters. */
export function scoreNodes(
  snapshot: Snapshot,
  pod: k8s.Pod,
  { nodes, profile }: { nodes: readonly NodeInfo[]; profile: Profile },
): NodeScore[] {
  const columns = profile.scores.map((plugin) => {
    const scoreNode = plugin.begin(pod, snapshot, nodes)
    const raw = nodes.map((node) => scoreNode?.(node) ?? 0)
    return { plugin, raw, normalized: scoreNode === undefined ? raw : (plugin.normalize?.(raw) ?? raw) }
  })
  return nodes.map(({ name }, at) => {
    const plugins = columns.map(({ plugin, raw, normalized }) => ({
      plugin: plugin.name,
      weight: plugin.weight,
      raw: raw[at] ?? 0,
      normalized: normalized[at] ?? 0,
    }))
    return { node: name, total: plugins.reduce((sum, { weight, normalized }) => sum + weight * normalized, 0), plugins }
  })
}
