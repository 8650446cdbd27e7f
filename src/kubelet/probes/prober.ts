/** Runs the probes of all containers: one loop for each, from the container's start to its end. */
import type { k8s } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import { type CheckTarget, checkProbe } from './check.ts'
import type { ProbeOutcome } from './outcome.ts'
import { extraLookDelayMs, noteErrored, observe, type ProbeKind, type ProbeState, startProbe } from './probe-state.ts'

export interface ProbedContainer extends CheckTarget {
  pod: k8s.Pod
  startedAtMs: number
  /** What the pod's status says of this very container: a kubelet that starts anew goes on from there. */
  wasReady: boolean
  wasStarted: boolean
}

export interface ProberOptions {
  clock: Clock
  /** A result changed: the pod wants another look. */
  changed: (pod: k8s.Pod) => void
  /** A look succeeded, with something to say; for events. */
  warned?: (container: ProbedContainer, kind: ProbeKind, message: string) => void
  /** A look failed; for events. */
  unhealthy: (container: ProbedContainer, kind: ProbeKind, message: string) => void
  /** A look could not be taken, and counts for nothing; for events. */
  errored?: (container: ProbedContainer, kind: ProbeKind, message: string) => void
  /** A look was taken; for metrics. */
  looked?: (container: ProbedContainer, kind: ProbeKind, outcome: ProbeOutcome) => void
  /** No more looks are taken. */
  ended?: (container: ProbedContainer, kind: ProbeKind) => void
  /** How to look; left out: for real. */
  check?: (probe: k8s.Probe, target: CheckTarget) => Promise<ProbeOutcome>
}

interface Watched {
  stop: AbortController
  /** Ends all but readiness. */
  stopLiveness: AbortController
  states: Map<ProbeKind, ProbeState>
  loops: Promise<void>
}

const SPEC = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const
const KINDS = Object.keys(SPEC) as ProbeKind[]

export class Prober implements AsyncDisposable {
  readonly #options: ProberOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: ProberOptions) {
    this.#options = options
  }

  /** Begins to probe a running container; nothing happens when it is probed already. */
  watch(target: ProbedContainer): void {
    if (this.#watched.has(target.containerId)) return
    const kinds = KINDS.filter((kind) => target.container[SPEC[kind]] != null)
    const watched: Watched = {
      stop: new AbortController(),
      stopLiveness: new AbortController(),
      states: new Map(
        kinds.map((kind) => {
          const known = (kind === 'readiness' && target.wasReady) || (kind === 'startup' && target.wasStarted)
          return [kind, { ...startProbe(kind), ...(known && { result: true }) }]
        }),
      ),
      loops: Promise.resolve(),
    }
    this.#watched.set(target.containerId, watched)
    watched.loops = Promise.all(
      kinds.map((kind) => this.#run(target, kind, watched).finally(() => this.#options.ended?.(target, kind))),
    ).then(() => {})
  }

  /** A container that is told to end is not restarted for ending; whether it is ready still counts. */
  stopLiveness(containerId: string): void {
    this.#watched.get(containerId)?.stopLiveness.abort()
  }

  stop(containerId: string): void {
    this.#watched.get(containerId)?.stop.abort()
    this.#watched.delete(containerId)
  }

  /** No startup probe, or it has succeeded once. A container not watched yet counts as not started. */
  started(containerId: string): boolean {
    const watched = this.#watched.get(containerId)
    return watched !== undefined && (watched.states.get('startup')?.result ?? true)
  }

  ready(containerId: string): boolean {
    const watched = this.#watched.get(containerId)
    return watched !== undefined && (watched.states.get('readiness')?.result ?? true)
  }

  failed(containerId: string): 'Liveness' | 'Startup' | undefined {
    const states = this.#watched.get(containerId)?.states
    if (states?.get('startup')?.exhausted) return 'Startup'
    return states?.get('liveness')?.exhausted ? 'Liveness' : undefined
  }

  async #run(target: ProbedContainer, kind: ProbeKind, watched: Watched): Promise<void> {
    const { clock } = this.#options
    const signal =
      kind === 'readiness' ? watched.stop.signal : AbortSignal.any([watched.stop.signal, watched.stopLiveness.signal])
    const probe = target.container[SPEC[kind]] as k8s.Probe
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    const beginMs = target.startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000
    await clock.sleep(Math.max(0, beginMs - clock.now()), signal)
    // A container that has only just begun is rarely ready: the first looks at readiness are extra ones, so that a
    // quick start leaves no warning behind.
    let regularAtMs = clock.now() + (kind === 'readiness' && !target.wasReady ? periodMs : 0)
    while (!signal.aborted) {
      const state = watched.states.get(kind) as ProbeState
      // Readiness and liveness wait for the startup probe; the startup probe is over once it has succeeded.
      const startup = watched.states.get('startup')
      if (kind === 'startup' && state.result) return
      if (kind !== 'startup' && startup !== undefined && !startup.result) {
        await clock.sleep(Math.min(100, periodMs), signal)
        regularAtMs = clock.now()
        continue
      }
      const regular = clock.now() >= regularAtMs
      const outcome = await (this.#options.check ?? checkProbe)(probe, target)
      if (signal.aborted) return
      if (!outcome.errored) this.#options.looked?.(target, kind, outcome)
      const next = outcome.errored ? noteErrored(state, regular) : observe(state, probe, outcome.success, regular)
      watched.states.set(kind, next)
      if (outcome.warning) this.#options.warned?.(target, kind, outcome.message)
      if (regular && outcome.errored) this.#options.errored?.(target, kind, outcome.message)
      else if (regular && !outcome.success) this.#options.unhealthy(target, kind, outcome.message)
      if (next.result !== state.result || next.exhausted !== state.exhausted) this.#options.changed(target.pod)
      if (regular) regularAtMs += periodMs * Math.max(1, Math.ceil((clock.now() - regularAtMs) / periodMs))
      const untilRegular = Math.max(1, regularAtMs - clock.now())
      await clock.sleep(Math.min(untilRegular, extraLookDelayMs(next, probe) ?? untilRegular), signal)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#watched.values()]
    for (const { stop } of all) stop.abort()
    this.#watched.clear()
    await Promise.all(all.map(({ loops }) => loops))
  }
}
