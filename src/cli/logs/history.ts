/** All that there is to show of an app up to now, in the order of time. */
import type { k8s, Release } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type LogEntry, inOrder } from './entry.ts'
import { type KeyedEvent, podEvents, releaseEvents, warning } from './events.ts'
import type { Translate } from '../messages/translate.ts'
import { type ContainerLog, type LogSelection, readLogs } from './read.ts'

/** The objects of an app that its output is read from. */
export interface AppSources {
  pods: readonly k8s.Pod[]
  releases: readonly Release[]
  /** Of the namespace. */
  events: readonly k8s.Event[]
}

export interface History {
  entries: LogEntry[]
  /** Of everything that has happened, shown or not. */
  keys: ReadonlySet<string>
  logs: ReadonlyMap<string, ContainerLog>
}

export async function readHistory(options: {
  client: Client
  t: Translate
  sources: AppSources
  selection: LogSelection
  nowMs: number
  signal: AbortSignal
}): Promise<History> {
  const { t, sources, selection, nowMs } = options
  const logs = await readLogs({ ...options, pods: sources.pods })
  const lines = [...logs.values()].flatMap((log) => log.lines)
  const events = selection.previous ? [] : eventsOf(t, sources)
  const shown = events.filter(shownEvent({ selection, nowMs, oldest: oldestOf(lines) }))
  return { entries: inOrder([...lines, ...shown.map(withoutKey)]), keys: new Set(events.map(({ key }) => key)), logs }
}

export function eventsOf(t: Translate, { pods, releases, events }: AppSources): KeyedEvent[] {
  const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]))
  return [
    ...releases.flatMap((release) => releaseEvents(t, release)),
    ...pods.flatMap((pod) => podEvents(t, pod)),
    ...events.flatMap((event) => {
      const pod = byName.get(event.involvedObject.name ?? '')
      return pod === undefined || event.involvedObject.kind !== 'Pod' ? [] : warning(t, pod, event)
    }),
  ]
}

export function withoutKey(keyed: KeyedEvent): LogEntry {
  const { key: _, ...event } = keyed
  return event
}

/** Of the last lines only what happened since the first of them; where there are none, all that did. */
function shownEvent(options: {
  selection: LogSelection
  nowMs: number
  oldest: string | undefined
}): (event: KeyedEvent) => boolean {
  const { selection, nowMs, oldest } = options
  const { sinceSeconds, tailLines, keep = () => true } = selection
  const sinceMs = sinceSeconds === undefined ? Number.NEGATIVE_INFINITY : nowMs - sinceSeconds * 1000
  return ({ time, text }) => {
    if (!keep(text) || (sinceSeconds !== undefined && !(Date.parse(time) >= sinceMs))) return false
    if (tailLines === undefined) return true
    return oldest === undefined ? tailLines > 0 : time >= oldest
  }
}

const oldestOf = (lines: readonly LogEntry[]): string | undefined =>
  lines.reduce<string | undefined>(
    (oldest, { time }) => (oldest === undefined || time < oldest ? time : oldest),
    undefined,
  )
