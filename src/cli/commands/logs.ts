/** `naru logs`: what the app's pods print. Following goes on through restarts and new versions. */
import { resources, APP_LABEL } from '../../api/index.ts'
import { getApp } from '../cluster/apps.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { followLogs } from '../logs/follow.ts'
import { type LogLine, readLogs } from '../logs/read.ts'
import { parseDuration, parseInteger } from '../option-values.ts'

export const logs: CommandRun = async (context, input) => {
  const { t, console, signal } = context
  const name = input.arguments[0] ?? ''
  const { options } = input
  const tailLines = parseInteger('--tail', options.tail, { minimum: 0, maximum: 1_000_000 })
  const sinceMs = parseDuration('--since', options.since)
  const selection = {
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceMs !== undefined && { sinceSeconds: Math.ceil(sinceMs / 1000) }),
  }
  await using cluster = await openCluster(context)
  await getApp(cluster, name, signal)
  const print = linePrinter(context)
  if (options.follow === true) {
    await followLogs({ ...cluster, name, selection, clock: context.clock, signal, onLine: print })
    return 0
  }
  const labelSelector = `${APP_LABEL}=${name}`
  const { items } = await cluster.client.list(resources.pods, { namespace: cluster.namespace, labelSelector, signal })
  if (items.length === 0) throw CliError.of('appNoPods', { name })
  const previous = options.previous === true
  const lines = await readLogs({ client: cluster.client, pods: items, selection: { ...selection, previous }, signal })
  for (const line of lines) print(line)
  if (lines.length === 0 && !context.json) console.note(t('logs.empty', { name }))
  return 0
}

/** Lines of one pod as they are; of several, each after the pod's own part of its name. With `--json`, a document a line. */
function linePrinter({ console, json }: CommandContext): (line: LogLine) => void {
  const pods = new Set<string>()
  return (line) => {
    pods.add(line.pod)
    if (json) console.raw(`${JSON.stringify(line)}\n`)
    else if (pods.size < 2) console.raw(`${line.text}\n`)
    else console.raw(`${console.style.dim(`[${line.pod}]`)} ${line.text}\n`)
  }
}
