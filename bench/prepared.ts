/** An installation on which `naru doctor --fix` has run, as the README asks before anything else. */
import { type Installation, openInstallation } from '../test/acceptance/harness/installation.ts'

export async function openPrepared(env: NodeJS.ProcessEnv = {}): Promise<Installation> {
  const naru = await openInstallation({ env })
  await naru.mustNaru('doctor', '--fix')
  return naru
}
