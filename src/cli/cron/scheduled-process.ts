/** What of an App runs by the clock, and how it is added and taken away. Pure. */
import { type App, type AppProcess, WEB_PROCESS } from '../../api/index.ts'
import { CliError } from '../errors.ts'

/** Pods that have these names as their process are others: of the release step, of `naru run`. */
const OTHERS: readonly string[] = [WEB_PROCESS, 'release', 'run']
/** What the API allows of a process. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,17}[a-z0-9])?$/

export type ScheduledProcess = AppProcess & { schedule: string }

export const isScheduled = (process: AppProcess): process is ScheduledProcess => process.schedule !== undefined

export const scheduledOf = ({ spec }: Pick<App, 'spec'>): ScheduledProcess[] =>
  (spec.processes ?? []).filter(isScheduled)

export interface Schedule {
  name: string
  schedule: string
  /** Left out: UTC, as the control plane's clock. */
  timeZone?: string | undefined
  /** Empty: that of the process of this name. */
  command: readonly string[]
}

/** Throws CliError `badOptionValue`. */
export function checkScheduleName(name: string): string {
  if (OTHERS.includes(name) || !NAME.test(name))
    throw CliError.of('badOptionValue', { option: 'cron', value: name, expected: 'nightly, tidy-up' })
  return name
}

/** One piece with blanks in it is meant for a shell; several are a command as they are. */
export function commandOf(words: readonly string[]): string[] {
  const [only = ''] = words
  return words.length === 1 && /\s/.test(only) ? ['/bin/sh', '-c', only] : [...words]
}

/** With one more, or with this in the place of what has its name; of a process that ran all the time, what it is made of
 *  stays. Throws CliError `missingArgument`. */
export function withSchedule({ spec }: App, { name, schedule, timeZone, command }: Schedule): AppProcess[] {
  const present = spec.processes ?? [{ name: WEB_PROCESS }]
  const index = present.findIndex((process) => process.name === name)
  if (index < 0 && command.length === 0)
    throw CliError.of('missingArgument', {
      argument: 'command',
      command: 'cron',
      usage: `naru cron add ${name} '${schedule}' -- <command…>`,
    })
  const process: AppProcess = {
    ...timeless(present[index] ?? { name }, command),
    schedule,
    ...(timeZone !== undefined && { timeZone }),
  }
  return index < 0 ? [...present, process] : present.with(index, process)
}

/** What makes sense of a process that ends. A new command has no arguments of the old one. */
function timeless(process: AppProcess, command: readonly string[]): AppProcess {
  const { name, command: before, args, env, resources, volumes, volumeMounts } = process
  return {
    name,
    ...(command.length > 0 ? { command: [...command] } : { ...(before && { command: before }), ...(args && { args }) }),
    ...(env && { env }),
    ...(resources && { resources }),
    ...(volumes && { volumes }),
    ...(volumeMounts && { volumeMounts }),
  }
}

/** Throws CliError `cronUnknown`, `cronLast`. */
export function withoutSchedule(app: App, name: string): AppProcess[] {
  findScheduled(app, name)
  const left = (app.spec.processes ?? []).filter((process) => process.name !== name)
  // An App that names no process has a `web`.
  if (left.length === 0) throw CliError.of('cronLast', { name: app.metadata.name, process: name })
  return left
}

/** Throws CliError `cronUnknown`, `cronUnknownNone`. */
export function findScheduled(app: App, name: string): ScheduledProcess {
  const all = scheduledOf(app)
  const found = all.find((process) => process.name === name)
  if (found !== undefined) return found
  if (all.length === 0) throw CliError.of('cronUnknownNone', { name: app.metadata.name })
  const known = all.map((process) => process.name).join(', ')
  throw CliError.of('cronUnknown', { name: app.metadata.name, process: name, known })
}
