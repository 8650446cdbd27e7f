/** Lines that containers have printed. */
import { isApiError, type k8s } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { LogLine } from './entry.ts'
import { containersOf, processOf } from './pod-name.ts'

export interface LogSelection {
  /** Of each container, after `keep`. */
  tailLines?: number
  sinceSeconds?: number
  /** Only the run before the last restart; else that and the present one. */
  previous?: boolean
  /** Which texts are shown. */
  keep?: (text: string) => boolean
}

/** A container's lines, and the time of the last it has printed: there the next ones are followed from. */
export interface ContainerLog {
  lines: LogLine[]
  last: string
}

/** By `logKey`. What has not printed yet has no lines. */
export async function readLogs(options: {
  client: Client
  pods: readonly k8s.Pod[]
  selection: LogSelection
  signal: AbortSignal
}): Promise<Map<string, ContainerLog>> {
  const asked = options.pods.flatMap((pod) => containersOf(pod).map((container) => ({ pod, container })))
  const logs = await Promise.all(
    asked.map(async ({ pod, container }) => {
      const log = await readContainer({ ...options, pod, container })
      return [logKey(pod, container), log] as const
    }),
  )
  return new Map(logs)
}

export const logKey = ({ metadata }: k8s.Pod, container: string): string =>
  `${metadata.uid ?? metadata.name}/${container}`

async function readContainer(options: {
  client: Client
  pod: k8s.Pod
  container: string
  selection: LogSelection
  signal: AbortSignal
}): Promise<ContainerLog> {
  const { client, pod, container, selection, signal } = options
  const { name, namespace } = pod.metadata
  const { keep = () => true, previous: onlyPrevious = false, ...query } = selection
  const { tailLines, ...rest } = query
  // The server counts before anything is left out here.
  const asked = selection.keep === undefined ? query : rest
  const lines: LogLine[] = []
  let last = ''
  // What was printed before a restart says why there was one.
  const runs = onlyPrevious ? [true] : hasRestarted(pod, container) ? [true, false] : [false]
  for (const previous of runs)
    try {
      const run = previous ? { previous } : {}
      const chunks = client.logs({ namespace, name }, { container, timestamps: true, ...asked, ...run, signal })
      for await (const text of linesOf(chunks)) {
        const line = lineOf(pod, container, text)
        last = line.time || last
        if (!keep(line.text)) continue
        lines.push(line)
        if (tailLines !== undefined && lines.length > tailLines) lines.shift()
      }
    } catch (error) {
      // Not started yet, gone meanwhile, or no previous run: there is nothing to show.
      if (!isApiError(error, 'BadRequest', 'NotFound')) throw error
    }
  return { lines, last }
}

function hasRestarted({ status }: k8s.Pod, container: string): boolean {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
  return all.some(({ name, restartCount }) => name === container && restartCount > 0)
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

export const lineOf = (pod: k8s.Pod, container: string, line: string): LogLine => ({
  kind: 'log',
  process: processOf(pod),
  pod: pod.metadata.name,
  ...(container !== containersOf(pod)[0] && { container }),
  ...parseLogLine(line),
})

/** `2026-01-01T00:00:00.000000000Z text`; a line without a time is all text. */
export function parseLogLine(line: string): { time: string; text: string } {
  const match = /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/s.exec(line)
  return match === null ? { time: '', text: line } : { time: match[1] ?? '', text: match[2] ?? '' }
}
