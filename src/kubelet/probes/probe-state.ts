/** Counts a probe's outcomes against its thresholds, and says when to look again. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/prober/worker.go; looking sooner while a container starts is ours. */
import type { k8s } from '../../api/index.ts'

export type ProbeKind = 'readiness' | 'liveness' | 'startup'

export interface ProbeState {
  kind: ProbeKind
  /** What counts now: not ready and alive until told otherwise. */
  result: boolean
  successes: number
  failures: number
  /** Failed for good: reached the failure threshold. */
  exhausted: boolean
  /** Extra looks taken since the container started. */
  extraLooks: number
}

export const startProbe = (kind: ProbeKind): ProbeState => ({
  kind,
  result: kind === 'liveness',
  successes: 0,
  failures: 0,
  exhausted: false,
  extraLooks: 0,
})

/** `regular`: this look was due by periodSeconds. The extra looks in between can only bring good news sooner: their
 *  failures do not count. */
export function observe(state: ProbeState, probe: k8s.Probe, success: boolean, regular: boolean): ProbeState {
  const extraLooks = state.extraLooks + (regular ? 0 : 1)
  const successThreshold = probe.successThreshold ?? 1
  if (!regular && (!success || successThreshold > 1)) return { ...state, extraLooks }
  const successes = success ? state.successes + 1 : 0
  const failures = success ? 0 : state.failures + 1
  if (success && successes >= successThreshold)
    return { ...state, extraLooks, successes, failures, result: true, exhausted: false }
  if (!success && failures >= (probe.failureThreshold ?? 3))
    return { ...state, extraLooks, successes, failures, result: false, exhausted: true }
  return { ...state, extraLooks, successes, failures }
}

/** A look that could not be taken, as while the runtime is started again, changes nothing of what counts. */
export const noteErrored = (state: ProbeState, regular: boolean): ProbeState =>
  regular ? state : { ...state, extraLooks: state.extraLooks + 1 }

const FIRST_EXTRA_MS = 50
const EXTRA_GROWTH = 1.3

/** How long until the next extra look; undefined when only regular ones are due. */
export function extraLookDelayMs(state: ProbeState, probe: k8s.Probe): number | undefined {
  const waiting = state.kind !== 'liveness' && !state.result && !state.exhausted
  if (!waiting) return undefined
  const delay = FIRST_EXTRA_MS * EXTRA_GROWTH ** state.extraLooks
  return delay < (probe.periodSeconds ?? 10) * 1000 ? delay : undefined
}
