/** `naru version`: of this program, and of the engine that runs (which may be older until it is restarted). */
import type { CommandRun } from '../context.ts'
import { readEngine } from '../engine/engine-info.ts'
import { VERSION } from '../version.ts'

export const version: CommandRun = async ({ t, console, paths }) => {
  const own = VERSION
  const engine = (await readEngine(paths))?.version
  console.line(`naru ${own} (Node.js ${process.versions.node})`)
  if (engine !== undefined && engine !== own) console.line(t('version.engineDiffers', { version: engine }))
  console.document({ version: own, node: process.versions.node, engine })
  return 0
}
