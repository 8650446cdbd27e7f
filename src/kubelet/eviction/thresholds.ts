/** When something runs short, and for how long that is told. Pure. Source: Kubernetes v1.34,
 *  pkg/kubelet/eviction (DefaultEvictionHard, thresholdsMet, nodeConditionsObservedSince, byEvictionPriority). */
import { type Observations, type PressureCondition, type Signal, SIGNALS } from './signals.ts'

/** Less than this is too little: an amount, or a share of the whole. */
export type Threshold = { signal: Signal } & ({ amount: number } | { share: number })

/** In the order in which they are seen to: memory first. Processes have none by default. */
export const DEFAULT_THRESHOLDS: readonly Threshold[] = [
  { signal: 'memory.available', amount: 100 << 20 },
  { signal: 'nodefs.available', share: 0.1 },
  { signal: 'nodefs.inodesFree', share: 0.05 },
  { signal: 'imagefs.available', share: 0.15 },
  { signal: 'imagefs.inodesFree', share: 0.05 },
]

/** How long a condition is told after it was last seen. */
export const TRANSITION_MS = 5 * 60_000

export const thresholdAmount = (threshold: Threshold, capacity: number): number =>
  'amount' in threshold ? threshold.amount : Math.trunc(threshold.share * capacity)

export const thresholdsMet = (thresholds: readonly Threshold[], observations: Observations): Threshold[] =>
  thresholds.filter((threshold) => {
    const observed = observations[threshold.signal]
    return observed !== undefined && observed.available < thresholdAmount(threshold, observed.capacity)
  })

/** When each condition was last seen. */
export type LastSeen = Readonly<Partial<Record<PressureCondition, number>>>

export const seenNow = (before: LastSeen, met: readonly Threshold[], nowMs: number): LastSeen => ({
  ...before,
  ...Object.fromEntries(met.map(({ signal }) => [SIGNALS[signal].condition, nowMs])),
})

const ORDER: readonly PressureCondition[] = ['MemoryPressure', 'DiskPressure', 'PIDPressure']

export const conditionsSeen = (lastSeen: LastSeen, nowMs: number): PressureCondition[] =>
  ORDER.filter((condition) => nowMs - (lastSeen[condition] ?? -Infinity) < TRANSITION_MS)
