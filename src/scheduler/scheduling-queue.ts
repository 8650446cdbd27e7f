/** Pods waiting for a node: highest priority first, then first come. A rejected pod waits for an event that could help
 *  it, and then for its back-off, unless nothing else is to do. Source: kube-scheduler v1.34,
 *  pkg/scheduler/backend/queue (with SchedulerPopFromBackoffQ, which is on by default). */
import type { k8s } from '../api/index.ts'
import type { ClusterEvent, FilterPlugin } from './framework.ts'
import { EMPTY_SNAPSHOT, type NodeInfo, priorityOf } from './snapshot.ts'

const FIRST_BACKOFF_MS = 1_000
const LAST_BACKOFF_MS = 10_000
/** A rejected pod is tried again after so long even if nothing happened. */
const UNSCHEDULABLE_TIMEOUT_MS = 5 * 60_000

interface Waiting {
  pod: k8s.Pod
  /** Orders pods of equal priority: grows with each arrival. */
  sequence: number
  /** Earliest moment of the next attempt, epoch milliseconds. */
  readyAt: number
  /** Whether the back-off is left out when nothing else is to do. */
  isEager: boolean
  attempts: number
}

interface Rejected extends Waiting {
  /** Those that refused it. */
  plugins: readonly FilterPlugin[]
  /** When the back-off ends. */
  backoffUntil: number
  /** Room is being made for the pod: what happens meanwhile only counts afterwards. */
  held?: 'asleep' | 'awake'
}

export class SchedulingQueue {
  readonly #waiting = new Map<string, Waiting>()
  readonly #rejected = new Map<string, Rejected>()
  /** Attempts of the pods in hand or waiting, by uid. */
  readonly #attempts = new Map<string, number>()
  #sequence = 0

  /** Adds a pod, or takes its newer version. A rejected pod whose spec, labels or gates changed is tried again. */
  put(pod: k8s.Pod, now: number): void {
    const uid = uidOf(pod)
    const rejected = this.#rejected.get(uid)
    if (rejected !== undefined) {
      const changed = pod.metadata.generation !== rejected.pod.metadata.generation || labelsDiffer(pod, rejected.pod)
      rejected.pod = pod
      if (changed) this.#release(uid, rejected)
      return
    }
    const waiting = this.#waiting.get(uid)
    if (waiting !== undefined) waiting.pod = pod
    else this.#add(pod, now)
  }

  /** The pod to try now; it leaves the queue. */
  pop(now: number): k8s.Pod | undefined {
    for (const [uid, rejected] of this.#rejected)
      if (rejected.readyAt <= now && rejected.held === undefined) this.#release(uid, rejected)
    let best: Waiting | undefined
    let eager: Waiting | undefined
    for (const waiting of this.#waiting.values()) {
      if (waiting.readyAt <= now) best = best === undefined || isBefore(waiting, best) ? waiting : best
      else if (waiting.isEager) eager = eager === undefined || waiting.readyAt < eager.readyAt ? waiting : eager
    }
    const next = best ?? eager
    if (next === undefined) return undefined
    this.#waiting.delete(uidOf(next.pod))
    this.#attempts.set(uidOf(next.pod), next.attempts + 1)
    return next.pod
  }

  /** Takes back a pod that no node accepted; it waits for an event that could help against `plugins`. With no node at
   *  all there are none of these, and a node is what it waits for. */
  reject(pod: k8s.Pod, plugins: readonly FilterPlugin[], now: number): void {
    const attempts = this.#attempts.get(uidOf(pod)) ?? 1
    this.#rejected.set(uidOf(pod), {
      pod,
      sequence: this.#sequence++,
      attempts,
      isEager: true,
      plugins,
      backoffUntil: now + backoffMs(attempts),
      readyAt: now + UNSCHEDULABLE_TIMEOUT_MS,
    })
  }

  /** Keeps a rejected pod from being tried while room is made for it. */
  hold(uid: string): void {
    const rejected = this.#rejected.get(uid)
    if (rejected !== undefined) rejected.held = 'asleep'
  }

  /** Ends `hold`: what happened meanwhile counts now. Where no room could be made the pod is tried again after its
   *  back-off. */
  unhold(uid: string, { failed }: { failed: boolean }): void {
    const rejected = this.#rejected.get(uid)
    if (rejected === undefined) return
    const { held } = rejected
    delete rejected.held
    if (failed) rejected.isEager = false
    if (failed || held === 'awake') this.#release(uid, rejected)
  }

  /** Takes back a pod whose binding failed; it is tried again after its back-off. */
  retry(pod: k8s.Pod, now: number): void {
    const attempts = this.#attempts.get(uidOf(pod)) ?? 1
    this.#add(pod, now + backoffMs(attempts), { attempts, isEager: false })
  }

  /** Forgets a pod: it has a node, or is gone. */
  remove(uid: string): void {
    this.#waiting.delete(uid)
    this.#rejected.delete(uid)
    this.#attempts.delete(uid)
  }

  /** Tells the queue what happened, to `node` where it was one without its pods: those whom it may help are tried. */
  wake(event: ClusterEvent, node?: NodeInfo): void {
    for (const [uid, rejected] of this.#rejected) if (mayHelp(rejected, event, node)) this.#release(uid, rejected)
  }

  /** When there is something to pop, epoch milliseconds; undefined when nothing waits. */
  nextReadyAt(): number | undefined {
    let next = Infinity
    for (const { readyAt, isEager } of this.#waiting.values()) next = Math.min(next, isEager ? 0 : readyAt)
    for (const { readyAt, held } of this.#rejected.values()) if (held === undefined) next = Math.min(next, readyAt)
    return next === Infinity ? undefined : next
  }

  #add(pod: k8s.Pod, readyAt: number, { attempts, isEager } = { attempts: 0, isEager: false }): void {
    this.#waiting.set(uidOf(pod), { pod, sequence: this.#sequence++, readyAt, attempts, isEager })
  }

  #release(uid: string, rejected: Rejected): void {
    if (rejected.held !== undefined) {
      rejected.held = 'awake'
      return
    }
    this.#rejected.delete(uid)
    this.#add(rejected.pod, rejected.backoffUntil, rejected)
  }
}

/** A node that refuses the pod even when empty is of no help against a plugin that looks at nothing else. */
function mayHelp({ pod, plugins }: Rejected, event: ClusterEvent, node: NodeInfo | undefined): boolean {
  if (plugins.length === 0) return event === 'NodeChanged'
  return plugins.some(
    (plugin) =>
      plugin.wakesOn.includes(event) &&
      (node === undefined ||
        plugin.nodeLocal === undefined ||
        plugin.begin(pod, { ...EMPTY_SNAPSHOT, nodes: [node] })?.(node) === undefined),
  )
}

const uidOf = (pod: k8s.Pod): string => pod.metadata.uid ?? ''

const backoffMs = (attempts: number): number => Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LAST_BACKOFF_MS)

function isBefore(a: Waiting, b: Waiting): boolean {
  const byPriority = priorityOf(b.pod) - priorityOf(a.pod)
  return byPriority === 0 ? a.sequence < b.sequence : byPriority < 0
}

function labelsDiffer(a: k8s.Pod, b: k8s.Pod): boolean {
  const [left, right] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].some((key) => left[key] !== right[key])
}
