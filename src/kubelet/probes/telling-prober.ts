/** A prober whose looks are told as events and counted. Source of the words: Kubernetes v1.34, pkg/kubelet/prober. */
import type { k8s } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { PodEvent } from '../pod/context.ts'
import type { ProbeKind } from './probe-state.ts'
import type { ProbeTally } from './probe-tally.ts'
import { type ProbedContainer, Prober } from './prober.ts'

const TITLES: Readonly<Record<ProbeKind, string>> = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' }

export interface TellingProberOptions {
  clock: Clock
  tally: ProbeTally
  event: (event: PodEvent) => void
  /** The pod wants another look. */
  changed: (pod: k8s.Pod) => void
}

export function tellingProber({ clock, tally, event, changed }: TellingProberOptions): Prober {
  const warn =
    (reason: string, words: string) =>
    ({ pod, container }: ProbedContainer, kind: ProbeKind, why: string) =>
      event({
        pod,
        container: container.name,
        type: 'Warning',
        reason,
        message: `${TITLES[kind]} probe ${words}: ${why}`,
      })
  return new Prober({
    clock,
    changed,
    looked: (target, kind, outcome) => tally.count(target, kind, outcome),
    ended: (target, kind) => tally.forget(target, kind),
    unhealthy: warn('Unhealthy', 'failed'),
    errored: warn('Unhealthy', 'errored and resulted in unknown state'),
    warned: warn('ProbeWarning', 'warning'),
  })
}
