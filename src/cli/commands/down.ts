/** `naru down`: stops everything and keeps the data; `--purge` removes every trace. Ctrl-C ends pods that take long. */
import type { CommandContext, CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'
import { describeFailure } from '../failure.ts'
import { type Authority, readAuthority } from '../trust/authority.ts'
import { removeTrust } from '../trust/trust.ts'
import { trustOptions } from './trust.ts'
import { dropContext, readAdminEntries } from '../engine/naru-context.ts'
import { parseDuration } from '../option-values.ts'
import { purge, type Removed, stopEngine, stopOrphanEdge } from '../engine/stop-engine.ts'

export const down: CommandRun = async (context, { options }) => {
  const { t, console, paths } = context
  if (options.now === true && options.timeout !== undefined)
    throw CliError.of('optionsExclude', { option: '--now', other: '--timeout' })
  const graceMs = options.now === true ? 0 : parseDuration('--timeout', options.timeout)
  // Read before the purge takes it: it tells our context from one of another Naru.
  const authority = (await readAdminEntries(paths))?.cluster['certificate-authority-data']
  const trusted = await readAuthority(paths)
  const stopped = await console.progress.run(t('step.stopEngine'), async (step) => {
    const engine = await stopEngine(context, {
      recover: options.purge !== true,
      graceMs,
      onStopping: ({ pods, left }) => step.update(left > 0 ? t('step.stopEngine.pods', { pods, left }) : ''),
      onHurry: () => console.note(t('down.hurry')),
    })
    const edge = await stopOrphanEdge(context)
    step.result(engine || edge ? '' : t('step.stopEngine.none'))
    return engine || edge
  })
  let removed: Removed[] = []
  if (options.purge === true) {
    context.signal.throwIfAborted()
    removed = await console.progress.run(t('step.purge'), async (step) => {
      const items = await purge(context, ({ name }) => step.update(name))
      for (const name of await dropTrust(context, trusted)) items.push({ removed: 'trust', name })
      if (await dropContext(context, authority)) items.push({ removed: 'context', name: paths.kubeconfig })
      step.result(t('step.purge.done', { count: items.length }))
      return items
    })
  }
  if (options.purge === true) console.line(t('down.purged'))
  else console.line(stopped ? t('down.stopped', { folder: paths.stateDir }) : t('down.wasDown'))
  console.document({ stopped, purged: options.purge === true, removed })
  return 0
}

/** Whose key is gone is believed by nobody any more; where that takes an administrator, it is said how. */
async function dropTrust(context: CommandContext, authority: Authority | undefined): Promise<string[]> {
  if (authority === undefined) return []
  try {
    return await removeTrust(authority, trustOptions(context))
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    context.console.note(context.t('down.stillTrusted', { reason: describeFailure(error, context.t).message }))
    return []
  }
}
