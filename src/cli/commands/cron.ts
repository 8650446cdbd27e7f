/** `naru cron`: what of an app runs by the clock. */
import {
  APP_LABEL,
  type App,
  type AppProcess,
  isApiError,
  type k8s,
  resources,
  scheduleProblem,
  timeZoneProblem,
} from '../../api/index.ts'
import { servingBase } from '../app/serving-base.ts'
import { openTarget, type Target } from '../app/target.ts'
import { changeApp } from '../cluster/change-app.ts'
import { actionsOf } from '../command-table/actions.ts'
import type { CommandContext, CommandInput, CommandRun } from '../context.ts'
import { type CronEntry, cronDocument, formatCron, readCron, resultOf } from '../cron/list.ts'
import { runNow } from '../cron/run-now.ts'
import {
  checkScheduleName,
  commandOf,
  findScheduled,
  type Schedule,
  withoutSchedule,
  withSchedule,
} from '../cron/scheduled-process.ts'
import { CliError } from '../errors.ts'
import { parseChoice } from '../option-values.ts'
import { formatAge } from '../output/text.ts'
import { patience, rollOut } from '../rollout/roll-out.ts'

export const cron: CommandRun = async (context, input) => {
  const [asked, name = '', ...words] = input.words
  const action = parseChoice('cron', asked, actionsOf('cron')) ?? 'list'
  const patienceMs = patience(input.options.timeout)
  const added = action === 'add' ? scheduleOf(name, words, input.options) : undefined
  await using target = await openTarget(context, input.options.app)
  if (added !== undefined) await add(context, target, { added, patienceMs })
  else if (action === 'remove') await remove(context, target, { name, patienceMs })
  else if (action === 'run') return await run(context, target, { name, patienceMs })
  else await list(context, target)
  return 0
}

/** Throws CliError `badOptionValue`. */
function scheduleOf(
  name: string,
  [schedule = '', ...words]: string[],
  { timeZone }: CommandInput['options'],
): Schedule {
  const refuse = (option: string, value: string, problem: string | undefined) => {
    if (problem !== undefined)
      throw CliError.of('badOptionValue', {
        option,
        value,
        expected: `'0 3 * * *', '*/5 * * * *', @hourly (${problem})`,
      })
  }
  refuse('cron', schedule, scheduleProblem(schedule))
  const zone = typeof timeZone === 'string' ? timeZone : undefined
  if (zone !== undefined && timeZoneProblem(zone) !== undefined)
    throw CliError.of('badOptionValue', { option: '--time-zone', value: zone, expected: 'Asia/Seoul, Europe/Berlin' })
  return { name: checkScheduleName(name), schedule, timeZone: zone, command: commandOf(words) }
}

async function add(
  context: CommandContext,
  target: Target,
  { added, patienceMs }: { added: Schedule; patienceMs: number },
): Promise<void> {
  const { t, console, clock } = context
  const app = await change(context, target, {
    description: `cron: ${added.name} ${added.schedule}`,
    processes: (now) => withSchedule(now, added),
    patienceMs,
  })
  const entries = await entriesOf(context, target, app)
  const entry = entries.find(({ process }) => process.name === added.name)
  const { name } = added
  const next = entry?.nextMs
  if (next === undefined) console.line(t('cron.addedNever', { name }))
  else console.line(t('cron.added', { name, at: new Date(next).toISOString(), time: formatAge(next - clock.now()) }))
  document(context, app, entries)
}

async function remove(
  context: CommandContext,
  target: Target,
  { name, patienceMs }: { name: string; patienceMs: number },
): Promise<void> {
  findScheduled(target.app, name)
  const app = await change(context, target, {
    description: `cron: ${name} removed`,
    processes: (now) => withoutSchedule(now, name),
    patienceMs,
  })
  context.console.line(context.t('cron.removed', { name }))
  document(context, app, await entriesOf(context, target, app))
}

interface Change {
  description: string
  processes: (app: App) => AppProcess[]
  patienceMs: number
}

/** A new release, waited for. */
async function change(
  context: CommandContext,
  { app, cluster }: Target,
  { description, processes, patienceMs }: Change,
): Promise<App> {
  const base = await servingBase(context, cluster, app)
  const changed = await changeApp(cluster.client, app.metadata, {
    change: (now) => {
      const before = base(now)
      const known = before.processes === undefined ? now.spec.processes : (before.processes ?? undefined)
      return { ...before, processes: processes({ ...now, spec: { ...now.spec, processes: known } }), description }
    },
    signal: context.signal,
  })
  return await rollOut(context, cluster.client, { app: changed, patienceMs })
}

/** Its exit code is the command's. */
async function run(
  context: CommandContext,
  { app, cluster }: Target,
  { name, patienceMs }: { name: string; patienceMs: number },
): Promise<number> {
  const { t, console, signal } = context
  findScheduled(app, name)
  const ref = { namespace: app.metadata.namespace, name: `${app.metadata.name}-${name}` }
  const cronJob = await cluster.client.get(resources.cronjobs, ref, { signal }).catch((error: unknown) => {
    if (isApiError(error, 'NotFound')) throw CliError.of('noRelease', { name: app.metadata.name })
    throw error
  })
  const ended = await runNow(context, cluster.client, { cronJob, patienceMs })
  console.note(t('cron.ran', { name, result: resultOf(t, ended) }))
  console.document({ app: app.metadata.name, namespace: ref.namespace, process: name, run: ended })
  return ended.state === 'succeeded' ? 0 : (ended.exitCode ?? 0) || 1
}

async function list(context: CommandContext, target: Target): Promise<void> {
  const { t, console } = context
  const entries = await entriesOf(context, target, target.app)
  if (entries.length === 0) console.note(t('cron.none', { name: target.app.metadata.name }))
  else console.line(formatCron(context, entries))
  document(context, target.app, entries)
}

async function entriesOf(context: CommandContext, { cluster }: Target, app: App): Promise<CronEntry[]> {
  const { name, namespace } = app.metadata
  const selection = { namespace, labelSelector: `${APP_LABEL}=${name}`, signal: context.signal }
  const { items } = await cluster.client.list<k8s.Pod>(resources.pods, selection)
  return await readCron(context, cluster, { app, pods: items })
}

const document = ({ console }: CommandContext, { metadata }: App, entries: readonly CronEntry[]): void =>
  console.document({ app: metadata.name, namespace: metadata.namespace, processes: cronDocument(entries) })
