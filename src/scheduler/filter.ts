/** Which nodes a pod fits on. Source: kube-scheduler v1.34, findNodesThatFitPod, RunPreFilterPlugins and
 *  RunFilterPluginsWithNominatedPods. */
import type { k8s } from '../api/index.ts'
import type { Misfit } from './framework.ts'
import type { Profile } from './profile.ts'
import { type NodeInfo, priorityOf, type Snapshot, withNode, withPod } from './snapshot.ts'

/** One node's refusal and the plugin it came from. */
export interface Rejection extends Misfit {
  readonly plugin: string
}

export interface Filtered {
  readonly feasible: readonly NodeInfo[]
  /** By node name. */
  readonly rejections: ReadonlyMap<string, Rejection>
  /** Said once where the pod itself was refused, whatever the node. */
  readonly refusal?: string
}

export function filterNodes(snapshot: Snapshot, pod: k8s.Pod, profile: Profile): Filtered {
  const wanted = preFilter(snapshot, pod, profile)
  if ('refusal' in wanted) return refuseAll(snapshot, wanted)
  const checks = beginFilters(snapshot, pod, profile)
  const promised = promisedNode(snapshot, pod)
  if (promised !== undefined && judge({ snapshot, pod, profile, checks }, promised) === undefined)
    return { feasible: [promised], rejections: new Map() }
  const feasible: NodeInfo[] = []
  const rejections = new Map<string, Rejection>()
  for (const node of snapshot.nodes) {
    const rejection = wanted.unwanted(node.name) ?? judge({ snapshot, pod, profile, checks }, node)
    if (rejection === undefined) feasible.push(node)
    else rejections.set(node.name, rejection)
  }
  return { feasible, rejections }
}

/** All that speaks against `node`, not only what is said first, in the order in which the plugins are asked. */
export function refusals(snapshot: Snapshot, pod: k8s.Pod, profile: Profile, node: NodeInfo): Rejection[] {
  return profile.filters.flatMap((plugin) => {
    const { rejections } = filterNodes({ ...snapshot, nodes: [node] }, pod, { ...profile, filters: [plugin] })
    return [...rejections.values()]
  })
}

/** Whether the pod fits on `node`, which need not be as the snapshot has it. */
export function filterNode(snapshot: Snapshot, pod: k8s.Pod, profile: Profile, node: NodeInfo): Rejection | undefined {
  const changed = withNode(snapshot, node)
  return judge({ snapshot: changed, pod, profile, checks: beginFilters(changed, pod, profile) }, node)
}

/** The node where room was made for the pod is tried before all others. */
function promisedNode({ nodes }: Snapshot, pod: k8s.Pod): NodeInfo | undefined {
  const name = pod.status?.nominatedNodeName
  return name ? nodes.find((node) => node.name === name) : undefined
}

function refuseAll({ nodes }: Snapshot, { plugin, refusal }: { plugin: string; refusal: string }): Filtered {
  const rejection = { plugin, reasons: [refusal], resolvable: false }
  return { feasible: [], rejections: new Map(nodes.map(({ name }) => [name, rejection])), refusal }
}

type Wanted = { plugin: string; refusal: string } | { unwanted: (node: string) => Rejection | undefined }

function preFilter(snapshot: Snapshot, pod: k8s.Pod, profile: Profile): Wanted {
  let nodes: ReadonlySet<string> | undefined
  const plugins: string[] = []
  for (const plugin of profile.filters) {
    const result = plugin.preFilter?.(pod, snapshot)
    if (result === undefined) continue
    if ('refusal' in result) return { plugin: plugin.name, refusal: result.refusal }
    plugins.push(plugin.name)
    const before = nodes
    nodes = before === undefined ? result.nodes : new Set([...result.nodes].filter((name) => before.has(name)))
  }
  if (nodes === undefined) return { unwanted: () => undefined }
  const wanted = nodes
  const sorted = plugins.toSorted()
  const rejection = {
    plugin: sorted[0] ?? '',
    reasons: [`node(s) didn't satisfy plugin(s) [${sorted.join(' ')}]`],
    resolvable: false,
  }
  return { unwanted: (node) => (wanted.has(node) ? undefined : rejection) }
}

interface Check {
  plugin: string
  check: (node: NodeInfo) => Misfit | undefined
}

interface Judging {
  snapshot: Snapshot
  pod: k8s.Pod
  profile: Profile
  checks: readonly Check[]
}

function beginFilters(snapshot: Snapshot, pod: k8s.Pod, { filters }: Profile): Check[] {
  return filters.flatMap((plugin) => {
    const check = plugin.begin(pod, snapshot)
    return check === undefined ? [] : [{ plugin: plugin.name, check }]
  })
}

/** Room that is being made for pods at least as important is theirs; what they bring may not be relied upon either. */
function judge({ snapshot, pod, profile, checks }: Judging, node: NodeInfo): Rejection | undefined {
  const nominees = (snapshot.nominated.get(node.name) ?? []).filter(
    (other) => other.pod.metadata.uid !== pod.metadata.uid && priorityOf(other.pod) >= priorityOf(pod),
  )
  if (nominees.length > 0) {
    const crowded = nominees.reduce(withPod, node)
    const rejection = firstRejection(beginFilters(withNode(snapshot, crowded), pod, profile), crowded)
    if (rejection !== undefined) return rejection
  }
  return firstRejection(checks, node)
}

function firstRejection(checks: readonly Check[], node: NodeInfo): Rejection | undefined {
  for (const { plugin, check } of checks) {
    const misfit = check(node)
    if (misfit !== undefined) return { plugin, ...misfit }
  }
  return undefined
}
