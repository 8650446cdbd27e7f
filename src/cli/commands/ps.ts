/** `naru ps`: every pod of an app, by process: how it is, and what it uses. */
import { APP_LABEL, type k8s, PROCESS_LABEL, quantityValue, RELEASE_LABEL, resources } from '../../api/index.ts'
import { type Autoscaling, readAutoscaling } from '../app/autoscaling.ts'
import { memoryLimit, podState } from '../app/pod-state.ts'
import { podUsage, type Usage } from '../app/pod-usage.ts'
import { openTarget } from '../app/target.ts'
import type { CommandContext, CommandRun } from '../context.ts'
import { cronDocument, formatCron, readCron } from '../cron/list.ts'
import { failedBackups, noteFailedBackups } from '../database/failed-backups.ts'
import { formatAge, formatBytes, formatTable } from '../output/text.ts'

export const ps: CommandRun = async (context, { arguments: [named] }) => {
  const { t, console, signal } = context
  await using target = await openTarget(context, named)
  const { app, cluster } = target
  const { name, namespace } = app.metadata
  const labelSelector = `${APP_LABEL}=${name}`
  const [{ items }, usage, autoscaling, failed] = await Promise.all([
    cluster.client.list(resources.pods, { namespace, labelSelector, signal }),
    podUsage(cluster, name, signal),
    readAutoscaling(cluster, app, signal),
    failedBackups(cluster, { namespace, signal }),
  ])
  const cron = await readCron(context, cluster, { app, pods: items })
  const byClock = new Set(cron.map(({ process }) => process.name))
  // What was done and is over is in the logs; how it went by the clock has a table of its own.
  const lasting = items.filter(
    ({ metadata, status }) =>
      status?.phase !== 'Succeeded' &&
      !(status?.phase === 'Failed' && byClock.has(metadata.labels?.[PROCESS_LABEL] ?? '')),
  )
  const pods = lasting.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  const headings = (['process', 'release', 'pod', 'state', 'restarts', 'memory', 'cpu', 'age'] as const).map((column) =>
    t(`ps.column.${column}`),
  )
  if (pods.length === 0 && cron.length === 0) console.note(t('ps.none', { name }))
  const tables = [
    pods.length > 0 && formatTable([headings, ...pods.map((pod) => row(context, pod, usage.get(pod.metadata.name)))]),
    autoscaling.length > 0 && formatAutoscaling(context, autoscaling),
    cron.length > 0 && formatCron(context, cron),
  ].filter((table) => table !== false)
  if (tables.length > 0) console.line(tables.join('\n\n'))
  const bound = (app.spec.bindings ?? []).map(({ resource }) => ({ metadata: { namespace, name: resource } }))
  noteFailedBackups(context, failed, bound)
  console.document({
    app: name,
    namespace,
    pods: pods.map((pod) => entry(pod, usage.get(pod.metadata.name))),
    autoscaling,
    scheduled: cronDocument(cron),
  })
  return 0
}

/** `web` first, then by name; the newest release first. */
function orderOf({ metadata }: k8s.Pod): string {
  const process = metadata.labels?.[PROCESS_LABEL] ?? ''
  const age = 1e9 - Number(metadata.labels?.[RELEASE_LABEL] ?? 0)
  return [process === 'web' ? '' : process, String(age).padStart(10, '0'), metadata.name].join('/')
}

const bytes = (amount: string | number): number => quantityValue(amount)

function row({ clock, console }: CommandContext, pod: k8s.Pod, usage: Usage | undefined): string[] {
  const { metadata } = pod
  const { word, isUp, restarts, lastEnd } = podState(pod)
  const limit = memoryLimit(pod, bytes)
  const memory = usage === undefined ? '–' : formatBytes(usage.memoryBytes)
  const paint = isUp || word === 'Completed' ? console.style.good : console.style.warn
  return [
    metadata.labels?.[PROCESS_LABEL] ?? '',
    `v${metadata.labels?.[RELEASE_LABEL] ?? '?'}`,
    metadata.name,
    paint(word),
    lastEnd === undefined ? String(restarts) : `${restarts} (${lastEnd})`,
    limit === undefined ? memory : `${memory} / ${formatBytes(limit)}`,
    usage === undefined ? '–' : `${Math.round(usage.cpuMilli)}m`,
    formatAge(clock.now() - Date.parse(metadata.creationTimestamp ?? '')),
  ]
}

function formatAutoscaling({ t, clock, console }: CommandContext, all: readonly Autoscaling[]): string {
  const headings = (['process', 'pods', 'bounds', 'cpu', 'changed', 'reason'] as const).map((column) =>
    t(`ps.autoscaling.column.${column}`),
  )
  const percent = (value: number | undefined) => (value === undefined ? '–' : `${value}%`)
  const rows = all.map((entry) => [
    entry.process,
    String(entry.replicas ?? '–'),
    `${entry.minReplicas}–${entry.maxReplicas}`,
    `${percent(entry.cpuPercent)} / ${percent(entry.targetCpuPercent)}`,
    entry.changedAt === undefined ? '–' : t('cron.ago', { time: formatAge(clock.now() - Date.parse(entry.changedAt)) }),
    (entry.state === 'most' || entry.state === 'unmeasured' ? console.style.warn : console.style.dim)(why(t, entry)),
  ])
  return formatTable([headings, ...rows])
}

function why(t: CommandContext['t'], { state, desiredReplicas, shrinksAfterSeconds }: Autoscaling): string {
  if (state === 'growing') return t('ps.autoscaling.growing', { desired: desiredReplicas ?? '–' })
  if (state === 'shrinking') return t('ps.autoscaling.shrinking', { time: formatAge(shrinksAfterSeconds * 1000) })
  return t(`ps.autoscaling.${state}`)
}

function entry(pod: k8s.Pod, usage: Usage | undefined): object {
  const { metadata } = pod
  const { word, isUp, restarts, lastEnd } = podState(pod)
  return {
    name: metadata.name,
    process: metadata.labels?.[PROCESS_LABEL],
    release: Number(metadata.labels?.[RELEASE_LABEL]),
    state: word,
    ready: isUp,
    restarts,
    lastEnd,
    memoryBytes: usage?.memoryBytes,
    memoryLimitBytes: memoryLimit(pod, bytes),
    cpuMilli: usage?.cpuMilli,
    createdAt: metadata.creationTimestamp,
  }
}
