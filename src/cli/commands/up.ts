/** `naru up`: the engine in the background, ready, with the context `naru` in the kubeconfig. */
import type { CommandRun } from '../context.ts'
import { ensureEngine } from '../engine/ensure-engine.ts'
import { parseEngineSettings } from '../engine/settings.ts'
import { engineDocument, isolationNote } from '../engine/words.ts'

export const up: CommandRun = async (context, input) => {
  const { t, console } = context
  const settings = parseEngineSettings(input)
  const { engine, started } = await ensureEngine(context, settings)
  const { accent } = console.style
  console.line(t(started ? 'up.started' : 'up.alreadyRunning', { url: accent(engine.gateway.url) }))
  console.line(t('up.api', { url: engine.apiUrl }))
  if (engine.isolation === 'none') console.line(console.style.warn(isolationNote(context)))
  console.document({ ...engineDocument(engine), started })
  return 0
}
