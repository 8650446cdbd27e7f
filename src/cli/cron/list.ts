/** The scheduled processes of an app as people and machines read them. */
import { APP_LABEL, type App, type k8s, resources } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { formatAge, formatTable } from '../output/text.ts'
import { type CronRun, nextRun, runsByProcess } from './runs.ts'
import { type ScheduledProcess, scheduledOf } from './scheduled-process.ts'

export interface CronEntry {
  process: ScheduledProcess
  /** The newest first; those that are kept. */
  runs: readonly CronRun[]
  /** Epoch milliseconds. */
  nextMs: number | undefined
}

/** `pods` are the app's. */
export async function readCron(
  { clock, signal }: CommandContext,
  { client, namespace }: Cluster,
  { app, pods }: { app: App; pods: readonly k8s.Pod[] },
): Promise<CronEntry[]> {
  const processes = scheduledOf(app)
  if (processes.length === 0) return []
  const labelSelector = `${APP_LABEL}=${app.metadata.name}`
  const { items } = await client.list(resources.jobs, { namespace, labelSelector, signal })
  const runs = runsByProcess(items, pods)
  return processes.map((process) => ({
    process,
    runs: runs.get(process.name) ?? [],
    nextMs: nextRun(process, clock.now()),
  }))
}

export function formatCron({ t, clock, console }: CommandContext, entries: readonly CronEntry[]): string {
  const { good, bad, dim } = console.style
  const nowMs = clock.now()
  const headings = (['name', 'schedule', 'next', 'last', 'result', 'command'] as const).map((column) =>
    t(`cron.column.${column}`),
  )
  const rows = entries.map(({ process, runs: [last], nextMs }) => {
    const { name, schedule, timeZone = 'UTC', command = [], args = [] } = process
    const paint = last?.state === 'failed' ? bad : last?.state === 'succeeded' ? good : dim
    return [
      name,
      `${schedule} (${timeZone})`,
      nextMs === undefined ? '–' : t('cron.in', { time: formatAge(nextMs - nowMs) }),
      last?.startedAt === undefined ? '–' : t('cron.ago', { time: formatAge(nowMs - Date.parse(last.startedAt)) }),
      paint(last === undefined ? '–' : resultOf(t, last)),
      [...command, ...args].join(' '),
    ]
  })
  return formatTable([headings, ...rows])
}

export function resultOf(t: CommandContext['t'], { state, exitCode, reason }: CronRun): string {
  if (state !== 'failed') return t(`cron.state.${state}`)
  const why = reason === 'OOMKilled' || exitCode === undefined ? reason : `exit ${exitCode}`
  return why === undefined ? t('cron.state.failed') : `${t('cron.state.failed')} (${why})`
}

export const cronDocument = (entries: readonly CronEntry[]): object[] =>
  entries.map(({ process: { name, schedule, timeZone, command, args }, runs, nextMs }) => ({
    name,
    schedule,
    timeZone: timeZone ?? 'UTC',
    command: [...(command ?? []), ...(args ?? [])],
    nextRun: nextMs === undefined ? undefined : new Date(nextMs).toISOString(),
    runs,
  }))
