/** Log lines of pods, in the order of their time. */
import { isApiError, type k8s } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export interface LogLine {
  pod: string
  /** RFC 3339 with nanoseconds, as the runtime noted it. */
  time: string
  text: string
}

export interface LogSelection {
  tailLines?: number
  sinceSeconds?: number
  previous?: boolean
}

/** All pods' lines so far; a pod without a log yet has none. `previous` asks for the run before the present one. */
export async function readLogs(options: {
  client: Client
  pods: readonly k8s.Pod[]
  selection: LogSelection
  signal: AbortSignal
}): Promise<LogLine[]> {
  const perPod = await Promise.all(options.pods.map((pod) => readPodLog({ ...options, pod })))
  const several = options.pods.length > 1
  // Sorting is stable: lines of one pod keep their order.
  return several ? perPod.flat().toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)) : perPod.flat()
}

async function readPodLog(options: {
  client: Client
  pod: k8s.Pod
  selection: LogSelection
  signal: AbortSignal
}): Promise<LogLine[]> {
  const { client, pod, selection, signal } = options
  const { name, namespace } = pod.metadata
  const container = pod.spec?.containers[0]?.name ?? ''
  const lines: LogLine[] = []
  try {
    const chunks = client.logs({ namespace, name }, { container, timestamps: true, ...selection, signal })
    for await (const text of linesOf(chunks)) lines.push(parseLogLine(name, text))
  } catch (error) {
    // Not started yet, gone meanwhile, or no previous run: there is nothing to show.
    if (!isApiError(error, 'BadRequest', 'NotFound')) throw error
  }
  return lines
}

/** Splits chunks at newlines; a last line without one counts. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<string> {
  let rest = ''
  for await (const chunk of chunks) {
    rest += chunk
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

/** `2026-01-01T00:00:00.000000000Z text`; a line without a time is all text. */
export function parseLogLine(pod: string, line: string): LogLine {
  const match = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/s.exec(line)
  return match === null ? { pod, time: '', text: line } : { pod, time: match[1] ?? '', text: match[2] ?? '' }
}
