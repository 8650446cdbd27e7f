/** What one round of the daemon set controller decides from. Pure readings of it live here. */
import type { k8s } from '../../api/index.ts'
import { isPodTerminal, msUntilAvailable, scaledValue } from '../objects/index.ts'
import { targetNode } from './daemon-pod.ts'
import { type NodeFit, nodeFit } from './node-fit.ts'

export interface DaemonSnapshot {
  daemonSet: k8s.DaemonSet
  /** The label of pods of the present template. */
  hash: string
  /** All nodes, by name. */
  fits: ReadonlyMap<string, NodeFit>
  /** The set's pods by the node they are on or meant for. Nodes that are gone may be among them. */
  podsByNode: ReadonlyMap<string, readonly k8s.Pod[]>
  nowMs: number
}

export function snapshotOf(options: {
  daemonSet: k8s.DaemonSet
  hash: string
  nodes: readonly k8s.Node[]
  pods: readonly k8s.Pod[]
  nowMs: number
}): DaemonSnapshot {
  const { daemonSet, hash, nodes, pods, nowMs } = options
  const podsByNode = new Map<string, k8s.Pod[]>()
  for (const pod of pods) {
    const node = targetNode(pod)
    // What has ended and is going is the kubelet's to finish.
    if (node === undefined || (isPodTerminal(pod) && !isLiving(pod))) continue
    podsByNode.set(node, [...(podsByNode.get(node) ?? []), pod])
  }
  const fits = new Map(nodes.map((node) => [node.metadata.name, nodeFit(daemonSet, node)]))
  return { daemonSet, hash, fits, podsByNode, nowMs }
}

export const podsOn = ({ podsByNode }: DaemonSnapshot, node: string): readonly k8s.Pod[] => podsByNode.get(node) ?? []

export const isLiving = ({ metadata }: k8s.Pod): boolean => metadata.deletionTimestamp === undefined

export function isAvailable({ daemonSet, nowMs }: DaemonSnapshot, pod: k8s.Pod): boolean {
  return msUntilAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, nowMs) === 0
}

/** How many nodes should have a pod. */
export function desiredCount({ fits }: DaemonSnapshot): number {
  return [...fits.values()].filter(({ run }) => run).length
}

/** How far a rolling update may stray. Of an impossible pair of zeros one pod may be missing. */
export function limitsOf({ spec }: k8s.DaemonSet, desired: number): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {}
  const limits = {
    maxSurge: scaledValue(maxSurge, desired, 'up'),
    maxUnavailable: scaledValue(maxUnavailable, desired, 'up'),
  }
  return desired > 0 && limits.maxSurge === 0 && limits.maxUnavailable === 0 ? { ...limits, maxUnavailable: 1 } : limits
}

export function isRollingUpdate({ spec }: k8s.DaemonSet): boolean {
  return spec.updateStrategy?.type !== 'OnDelete'
}

/** Whether an update makes the new pod beside the old one. */
export function surges(daemonSet: k8s.DaemonSet): boolean {
  return isRollingUpdate(daemonSet) && scaledValue(daemonSet.spec.updateStrategy?.rollingUpdate?.maxSurge, 1, 'up') > 0
}

/** Those on a node first, then by age. */
export function firstOnNode(a: k8s.Pod, b: k8s.Pod): number {
  return (
    Number(!a.spec.nodeName) - Number(!b.spec.nodeName) ||
    (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') ||
    a.metadata.name.localeCompare(b.metadata.name)
  )
}
