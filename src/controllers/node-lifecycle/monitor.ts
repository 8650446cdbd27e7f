/** Watches over the nodes: silent ones become Unknown, unwell ones tainted, pods on them not ready. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { findCondition, isPodReady, isPodTerminal, withCondition } from '../objects/index.ts'
import { unknownConditions } from './conditions.ts'
import { GRACE_MS, Heartbeats, STARTUP_GRACE_MS } from './health.ts'
import { taintNode } from './taint-node.ts'

export const MONITOR_EVERY_MS = 5_000
const LEASE_NAMESPACE = 'kube-node-lease'

export interface NodeMonitorOptions {
  client: Client
  clock: Clock
  nodes: Informer<k8s.Node>
  leases: Informer<k8s.Lease>
  podsOn: (node: string) => k8s.Pod[]
}

export class NodeMonitor {
  readonly #options: NodeMonitorOptions
  readonly #heartbeats = new Heartbeats()

  constructor(options: NodeMonitorOptions) {
    this.#options = options
  }

  /** One look at all nodes, to be had every MONITOR_EVERY_MS. */
  async round(): Promise<void> {
    const { clock, nodes } = this.#options
    const all = nodes.list()
    this.#heartbeats.beginRound(clock.now(), MONITOR_EVERY_MS)
    this.#heartbeats.retain(new Set(all.map(({ metadata }) => metadata.name)))
    for (const node of all) {
      const marked = await this.#markIfSilent(node)
      const tainted = await taintNode(this.#options, marked)
      await this.#look(tainted)
    }
  }

  async #markIfSilent(node: k8s.Node): Promise<k8s.Node> {
    const { client, clock, leases } = this.#options
    const { name } = node.metadata
    const ready = findCondition(node.status?.conditions, 'Ready')
    const renewed = leases.get({ namespace: LEASE_NAMESPACE, name })?.spec.renewTime
    const sign = `${renewed}/${ready?.status === 'Unknown' ? '' : ready?.lastHeartbeatTime}`
    const silenceMs = this.#heartbeats.silenceMs(name, sign, clock.now())
    if (silenceMs <= (ready === undefined ? STARTUP_GRACE_MS : GRACE_MS)) return node
    const conditions = unknownConditions(node, toKubernetesTime(clock.now()))
    if (conditions === node.status?.conditions) return node
    return await client.updateStatus(resources.nodes, { ...node, status: { ...node.status, conditions } })
  }

  /** Of a node that is not ready by its kubelet's own word, that kubelet knows better which pods have become ready since:
   *  what it says must not be taken back with every round. Both times are by its clock. Source: Kubernetes v1.34,
   *  node_lifecycle_controller.go, where pods are marked once for each time that their node ceases to be ready. */
  async #look(node: k8s.Node): Promise<void> {
    const ready = findCondition(node.status?.conditions, 'Ready')
    if (ready?.status === 'True') return
    const since = ready?.status === 'False' ? (ready.lastTransitionTime ?? '') : ''
    for (const pod of this.#options.podsOn(node.metadata.name)) {
      if (isPodTerminal(pod) || pod.metadata.deletionTimestamp !== undefined || !isPodReady(pod)) continue
      const readySince = findCondition(pod.status?.conditions, 'Ready')?.lastTransitionTime ?? ''
      if (since === '' || readySince <= since) await this.#markNotReady(pod)
    }
  }

  /** Services must not send to pods on a node that nobody has heard of. */
  async #markNotReady(pod: k8s.Pod): Promise<void> {
    const { client, clock } = this.#options
    const ready = findCondition(pod.status?.conditions, 'Ready')
    const conditions = withCondition<k8s.PodCondition>(pod.status?.conditions, {
      ...ready,
      type: 'Ready',
      status: 'False',
      lastTransitionTime: toKubernetesTime(clock.now()),
    })
    try {
      await client.updateStatus(resources.pods, { ...pod, status: { ...pod.status, conditions } })
    } catch (error) {
      if (!isApiError(error, 'NotFound', 'Conflict')) throw error
    }
  }
}
