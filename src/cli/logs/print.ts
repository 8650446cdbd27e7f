/** The stream of an app's output as text: each line after its process and pod, in the process' colour. */
import { WEB_PROCESS } from '../../api/index.ts'
import type { Style } from '../output/style.ts'
import type { LogEntry, LogEvent } from './entry.ts'
import { shortName } from './pod-name.ts'

export function formatEntry(entry: LogEntry, style: Style): string {
  if (entry.kind === 'event') return tones(style)[entry.tone](`=> ${entry.text}`)
  const name = shortName(entry.process, entry.pod) + (entry.container === undefined ? '' : `/${entry.container}`)
  return `${colourOf(style, entry.process)(`${name} |`)} ${entry.text}`
}

const tones = ({ good, bad, accent }: Style): Record<LogEvent['tone'], (text: string) => string> => ({
  good,
  bad,
  neutral: accent,
})

/** The same for the same process, in every run; `web` has the first for itself. */
function colourOf({ series }: Style, process: string): (text: string) => string {
  const [first, ...others] = series
  if (process === WEB_PROCESS) return first
  let hash = 0
  for (const character of process) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003
  return others[hash % others.length] ?? first
}
