/** The user's own settings of Composer that say where packages come from. Source: "Config" and "Authentication for
 *  privately hosted packages" of Composer's documentation. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '../../context.ts'

export interface ComposerSettings {
  /** config.json and auth.json as texts. */
  config: string | undefined
  auth: string | undefined
}

export async function composerSettings({ env }: BuildContext): Promise<ComposerSettings> {
  const home = env.HOME ?? '/'
  const folders =
    env.COMPOSER_HOME === undefined
      ? [join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'composer'), join(home, '.composer')]
      : [env.COMPOSER_HOME]
  return {
    config: await firstOf(folders, 'config.json'),
    auth: env.COMPOSER_AUTH ?? (await firstOf(folders, 'auth.json')),
  }
}

async function firstOf(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}
