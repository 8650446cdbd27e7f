/** A pod of an app in one word, and why it ended last. Pure. */
import type { k8s } from '../../api/index.ts'

export interface PodState {
  /** Kubernetes' word where it has one: `Running`, `CrashLoopBackOff`, `Completed`. */
  word: string
  isUp: boolean
  restarts: number
  /** Why the run before this one ended: `OOMKilled`, `exit 1`. */
  lastEnd: string | undefined
}

export function podState({ metadata, status }: k8s.Pod): PodState {
  const containers = status?.containerStatuses ?? []
  const restarts = containers.reduce((sum, { restartCount }) => sum + restartCount, 0)
  const ended = containers.map(({ lastState }) => lastState?.terminated).find((found) => found !== undefined)
  const isReady = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true
  const lastEnd = ended && (ended.reason === 'OOMKilled' ? ended.reason : `exit ${ended.exitCode}`)
  if (metadata.deletionTimestamp !== undefined) return { word: 'Terminating', isUp: false, restarts, lastEnd }
  const waiting = containers.map(({ state }) => state?.waiting?.reason).find((reason) => reason !== undefined)
  const terminated = containers.map(({ state }) => state?.terminated?.reason).find((reason) => reason !== undefined)
  const word =
    waiting ?? terminated ?? (isReady || status?.phase !== 'Running' ? status?.phase : 'Starting') ?? 'Pending'
  return { word, isUp: isReady, restarts, lastEnd }
}

/** The memory that all containers may use together; undefined when one has no limit. Bytes by `quantity`. */
export function memoryLimit({ spec }: k8s.Pod, quantity: (text: string | number) => number): number | undefined {
  const limits = (spec?.containers ?? []).map(({ resources }) => resources?.limits?.memory)
  return limits.some((limit) => limit === undefined)
    ? undefined
    : limits.reduce<number>((sum, limit) => sum + quantity(limit ?? 0), 0)
}
