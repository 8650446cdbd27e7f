/** When a node's kubelet was last heard of, by this process' own clock: the lease's content says only that it has
 *  changed, for two machines' clocks may differ. Source: k8s.io/kubernetes v1.34, pkg/controller/nodelifecycle. */

/** Silence after which a node counts as lost. Source: --node-monitor-grace-period, v1.34. */
export const GRACE_MS = 50_000
/** Silence allowed to a node that has not registered its first heartbeat. Source: --node-startup-grace-period. */
export const STARTUP_GRACE_MS = 60_000

interface Heartbeat {
  /** The lease's renew time and the Ready condition's heartbeat: a change of either is a sign of life. */
  sign: string
  heardMs: number
}

export class Heartbeats {
  readonly #heard = new Map<string, Heartbeat>()
  #checkedMs: number | undefined

  /** To be called once per round, before `silenceMs`. A round that comes far too late (the machine slept, or the clock
   *  jumped) says nothing about the nodes, whose kubelets slept as well: all get a new term. */
  beginRound(nowMs: number, everyMs: number): void {
    const late = this.#checkedMs !== undefined && Math.abs(nowMs - this.#checkedMs) > 2 * everyMs + 1_000
    this.#checkedMs = nowMs
    if (late) for (const heartbeat of this.#heard.values()) heartbeat.heardMs = nowMs
  }

  /** Milliseconds since the node's sign of life last changed. */
  silenceMs(node: string, sign: string, nowMs: number): number {
    const present = this.#heard.get(node)
    if (present?.sign !== sign) {
      this.#heard.set(node, { sign, heardMs: nowMs })
      return 0
    }
    return nowMs - present.heardMs
  }

  /** Forgets nodes that are no more. */
  retain(nodes: ReadonlySet<string>): void {
    for (const node of this.#heard.keys()) if (!nodes.has(node)) this.#heard.delete(node)
  }
}
