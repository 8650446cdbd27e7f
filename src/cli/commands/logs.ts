/** `naru logs`: what an app prints and what happens to it, as one stream. Following goes on through restarts and new
 *  releases. */
import { compilePattern, releases, resources, APP_LABEL } from '../../api/index.ts'
import { openTarget } from '../app/target.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import type { LogEntry } from '../logs/entry.ts'
import { followLogs, podSelector } from '../logs/follow.ts'
import { readHistory } from '../logs/history.ts'
import { formatEntry } from '../logs/print.ts'
import type { LogSelection } from '../logs/read.ts'
import { parseDuration, parseInteger } from '../option-values.ts'

export const logs: CommandRun = async (context, input) => {
  const { t, console, clock, signal } = context
  const { options } = input
  const selection = selectionOf(options)
  const process = typeof options.process === 'string' ? options.process : undefined
  await using target = await openTarget(context, input.arguments[0])
  const { client, namespace } = target.cluster
  const { name } = target.app.metadata
  const print = printer(context)
  if (options.follow === true) {
    await followLogs({ client, namespace, name, process, selection, t, clock, signal, onEntry: print })
    return 0
  }
  const list = { namespace, signal }
  const [pods, made, events] = await Promise.all([
    client.list(resources.pods, { ...list, labelSelector: podSelector(name, process) }),
    client.list(releases, { ...list, labelSelector: `${APP_LABEL}=${name}` }),
    client.list(resources.events, { ...list, fieldSelector: 'type=Warning' }),
  ])
  const sources = { pods: pods.items, releases: process === undefined ? made.items : [], events: events.items }
  const { entries } = await readHistory({ client, t, sources, selection, nowMs: clock.now(), signal })
  if (pods.items.length === 0 && entries.length === 0) throw CliError.of('appNoPods', { name })
  entries.forEach(print)
  const isFiltered = selection.keep !== undefined || selection.sinceSeconds !== undefined
  const hasLines = entries.some(({ kind }) => kind === 'log')
  if (isFiltered && entries.length === 0) console.note(t('logs.noneFits', { name }))
  else if (!isFiltered && !hasLines) console.note(t('logs.empty', { name }))
  return 0
}

/** Throws CliError `badOptionValue`. */
function selectionOf(options: CommandInput['options']): LogSelection {
  const tailLines = parseInteger('--tail', options.tail, { minimum: 0, maximum: 1_000_000 })
  const sinceMs = parseDuration('--since', options.since)
  return {
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceSeconds: Math.ceil(sinceMs / 1000) }),
    ...(options.previous === true && { previous: true }),
    ...(typeof options.grep === 'string' && { keep: patternOf(options.grep) }),
  }
}

/** By an engine that takes linear time: no pattern can make the command hang. */
function patternOf(source: string): (text: string) => boolean {
  const compiled = compilePattern(source)
  if (!compiled.ok) throw CliError.of('badOptionValue', { option: '--grep', value: source, expected: compiled.error })
  return (text) => compiled.pattern.test(text)
}

/** With `--json`, a document a line. */
function printer({ console, json }: CommandContext): (entry: LogEntry) => void {
  const { style } = console
  return (entry) => console.raw(`${json ? JSON.stringify(entry) : formatEntry(entry, style)}\n`)
}
