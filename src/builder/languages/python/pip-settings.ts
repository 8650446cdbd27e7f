/** The user's own pip configuration as one file, and the variables that say the same. Source: pip's "Configuration". */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '../../context.ts'

/** Which of pip's settings say where packages come from. */
const VARIABLES =
  /^PIP_(?:INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|TRUSTED_HOST|PROXY|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|CERT|CLIENT_CERT)$/

/** The machine's file, then the user's: of a setting in both, the user's counts. */
export async function pipSettings({ env }: BuildContext): Promise<{
  text: string
  variables: Record<string, string>
}> {
  const home = env.HOME ?? '/'
  const files = [
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    ...(env.PIP_CONFIG_FILE === undefined ? [] : [env.PIP_CONFIG_FILE]),
  ]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  const variables = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      VARIABLES.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )
  return { text: mergeIni(texts), variables }
}

/** Sections of several files as one: a section twice is an error to pip. */
export function mergeIni(texts: readonly string[]): string {
  const sections = new Map<string, Map<string, string>>()
  for (const text of texts) {
    let section = ''
    let name = ''
    for (const line of text.split(/\r?\n/)) {
      if (/^\s*(?:[#;]|$)/.test(line)) continue
      const header = /^\[([^\]]+)\]/.exec(line)?.[1]
      const settings: Map<string, string> = sections.get(header ?? section) ?? new Map()
      sections.set(header ?? section, settings)
      if (header !== undefined) section = header
      else if (/^\s/.test(line)) settings.set(name, `${settings.get(name) ?? ''}\n${line}`)
      else {
        name = line.replace(/\s*[=:].*$/, '')
        settings.set(name, line)
      }
    }
  }
  return [...sections]
    .filter(([section]) => section !== '')
    .map(([section, settings]) => `[${section}]\n${[...settings.values()].join('\n')}\n`)
    .join('')
}
