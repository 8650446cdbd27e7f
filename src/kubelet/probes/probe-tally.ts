/** Counts the looks of each probe of each container, for /metrics/probes. Source of names and labels: Kubernetes v1.34,
 *  pkg/kubelet/prober (prober_manager.go, worker.go); durations are not measured. */
import { exposition, type Point } from '../stats/exposition.ts'
import type { ProbeOutcome } from './outcome.ts'
import type { ProbeKind } from './probe-state.ts'
import type { ProbedContainer } from './prober.ts'

interface Tally {
  labels: Record<string, string>
  successful: number
  failed: number
}

const TYPES: Readonly<Record<ProbeKind, string>> = {
  readiness: 'Readiness',
  liveness: 'Liveness',
  startup: 'Startup',
}

const keyOf = ({ containerId }: ProbedContainer, kind: ProbeKind) => `${containerId}/${kind}`

export class ProbeTally {
  readonly #tallies = new Map<string, Tally>()

  count(target: ProbedContainer, kind: ProbeKind, { success }: ProbeOutcome): void {
    const key = keyOf(target, kind)
    const { metadata } = target.pod
    const labels = {
      container: target.container.name,
      namespace: metadata.namespace ?? '',
      pod: metadata.name ?? '',
      pod_uid: metadata.uid ?? '',
      probe_type: TYPES[kind],
    }
    const tally = this.#tallies.get(key) ?? { labels, successful: 0, failed: 0 }
    if (success) tally.successful++
    else tally.failed++
    this.#tallies.set(key, tally)
  }

  forget(target: ProbedContainer, kind: ProbeKind): void {
    this.#tallies.delete(keyOf(target, kind))
  }

  exposition(): string {
    const points = [...this.#tallies.values()].flatMap(({ labels, successful, failed }): Point[] => [
      ...(failed > 0 ? [{ labels: { ...labels, result: 'failed' }, value: failed }] : []),
      ...(successful > 0 ? [{ labels: { ...labels, result: 'successful' }, value: successful }] : []),
    ])
    const help = '[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.'
    return exposition([{ name: 'prober_probe_total', type: 'counter', help, points }])
  }
}
