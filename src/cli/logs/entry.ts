/** What `naru logs` shows: a line that a container printed, or something that happened to the app. */

export interface LogLine {
  kind: 'log'
  /** RFC 3339 with nanoseconds, as the runtime noted it; empty when it noted none. */
  time: string
  process: string
  pod: string
  /** Left out: the pod's first. */
  container?: string | undefined
  text: string
}

export interface LogEvent {
  kind: 'event'
  /** RFC 3339. */
  time: string
  /** Whether it is for the better. */
  tone: 'good' | 'bad' | 'neutral'
  /** Kubernetes' word where it has one: `OOMKilled`, `Unhealthy`. */
  reason: string
  text: string
  release?: string | undefined
  process?: string | undefined
  pod?: string | undefined
}

export type LogEntry = LogLine | LogEvent

/** By time; what is of one time stays in its order. A line without a time goes first. */
export const inOrder = (entries: readonly LogEntry[]): LogEntry[] =>
  entries.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
