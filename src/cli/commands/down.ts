/** `naru down`: stops everything and keeps the data; `--purge` removes every trace. Ctrl-C ends pods that take long. */
import type { CommandRun } from '../context.ts'
import { dropContext, readAdminEntries } from '../engine/naru-context.ts'
import { parseDuration } from '../option-values.ts'
import { purge, type Removed, stopEngine, stopOrphanEdge } from '../engine/stop-engine.ts'

export const down: CommandRun = async (context, { options }) => {
  const { t, console, paths } = context
  const graceMs = options.now === true ? 0 : parseDuration('--timeout', options.timeout)
  // Read before the purge takes it: it tells our context from one of another Naru.
  const authority = (await readAdminEntries(paths))?.cluster['certificate-authority-data']
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
