/** Pods waiting for a node: highest priority first, then first come. A rejected pod waits for an event that could help
 *  it, and never less than its back-off. Source: kube-scheduler v1.34, pkg/scheduler/backend/queue. */
import type { k8s } from '../api/index.ts'
import type { ClusterEvent } from './framework.ts'

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
  attempts: number
}

interface Rejected extends Waiting {
  wakesOn: ReadonlySet<ClusterEvent>
  /** When the back-off ends. */
  backoffUntil: number
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
    for (const [uid, rejected] of this.#rejected) if (rejected.readyAt <= now) this.#release(uid, rejected)
    let best: Waiting | undefined
    for (const waiting of this.#waiting.values())
      if (waiting.readyAt <= now && (best === undefined || isBefore(waiting, best))) best = waiting
    if (best === undefined) return undefined
    this.#waiting.delete(uidOf(best.pod))
    this.#attempts.set(uidOf(best.pod), best.attempts + 1)
    return best.pod
  }

  /** Takes back a pod that no node accepted; it waits for one of `wakesOn`. */
  reject(pod: k8s.Pod, wakesOn: ReadonlySet<ClusterEvent>, now: number): void {
    const attempts = this.#attempts.get(uidOf(pod)) ?? 1
    this.#rejected.set(uidOf(pod), {
      pod,
      sequence: this.#sequence++,
      attempts,
      wakesOn,
      backoffUntil: now + backoffMs(attempts),
      readyAt: now + UNSCHEDULABLE_TIMEOUT_MS,
    })
  }

  /** Takes back a pod whose binding failed; it is tried again after its back-off. */
  retry(pod: k8s.Pod, now: number): void {
    const attempts = this.#attempts.get(uidOf(pod)) ?? 1
    this.#add(pod, now + backoffMs(attempts), attempts)
  }

  /** Forgets a pod: it has a node, or is gone. */
  remove(uid: string): void {
    this.#waiting.delete(uid)
    this.#rejected.delete(uid)
    this.#attempts.delete(uid)
  }

  /** Tells the queue what happened: pods it may help are tried once their back-off ends. */
  wake(event: ClusterEvent): void {
    for (const [uid, rejected] of this.#rejected) if (rejected.wakesOn.has(event)) this.#release(uid, rejected)
  }

  /** When there is something to pop, epoch milliseconds; undefined when nothing waits. */
  nextReadyAt(): number | undefined {
    let next: number | undefined
    for (const { readyAt } of [...this.#waiting.values(), ...this.#rejected.values()])
      next = next === undefined ? readyAt : Math.min(next, readyAt)
    return next
  }

  #add(pod: k8s.Pod, readyAt: number, attempts = 0): void {
    this.#waiting.set(uidOf(pod), { pod, sequence: this.#sequence++, readyAt, attempts })
  }

  #release(uid: string, rejected: Rejected): void {
    this.#rejected.delete(uid)
    this.#add(rejected.pod, rejected.backoffUntil, rejected.attempts)
  }
}

const uidOf = (pod: k8s.Pod): string => pod.metadata.uid ?? ''

const backoffMs = (attempts: number): number => Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LAST_BACKOFF_MS)

function isBefore(a: Waiting, b: Waiting): boolean {
  const byPriority = (b.pod.spec.priority ?? 0) - (a.pod.spec.priority ?? 0)
  return byPriority === 0 ? a.sequence < b.sequence : byPriority < 0
}

function labelsDiffer(a: k8s.Pod, b: k8s.Pod): boolean {
  const [left, right] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys].some((key) => left[key] !== right[key])
}
