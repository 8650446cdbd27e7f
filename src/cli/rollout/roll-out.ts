/** Waits, with progress, until what an App asks for serves. */
import type { App } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { CommandContext, CommandInput } from '../context.ts'
import { parseDuration } from '../option-values.ts'
import { rolloutError } from './rollout-error.ts'
import { watchRollout } from './watch-rollout.ts'

const DEFAULT_PATIENCE_MS = 60_000

/** Milliseconds that one phase may take, from `--timeout`. */
export const patience = (timeout: CommandInput['options'][string]): number =>
  parseDuration('--timeout', timeout) ?? DEFAULT_PATIENCE_MS

export interface Rollout {
  /** As it was written. */
  app: App
  patienceMs: number
}

/** Resolves to the App as it is then. Throws CliError `rolloutFailed` with the reason and the app's last words. */
export async function rollOut(context: CommandContext, client: Client, { app, patienceMs }: Rollout): Promise<App> {
  const { t, console, clock, signal } = context
  const { name, namespace = '', generation = 0 } = app.metadata
  const rollout = { client, namespace, name }
  const end = await console.progress.run(t('step.rollOut'), async (step) => {
    const result = await watchRollout({
      ...rollout,
      generation,
      patienceMs,
      clock,
      signal,
      onProgress: (phase, detail) => step.update(`${t(`rollout.phase.${phase}`)}${detail && ` (${detail})`}`),
    })
    if (result.state === 'failure') throw await rolloutError(context, { ...rollout, ...result })
    return result
  })
  return end.app
}
