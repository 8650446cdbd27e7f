/** The user's own pip configuration as one file, with what variables say of it: those a requirements.txt of the app's could
 *  put into an address of its own. Source: pip's "Configuration", "Requirements File Format" (environment variables). */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '../../context.ts'

/** Which of pip's settings say where packages come from. */
const VARIABLES =
  /^PIP_(?:INDEX_URL|EXTRA_INDEX_URL|NO_INDEX|TRUSTED_HOST|PROXY|DEFAULT_TIMEOUT|TIMEOUT|RETRIES|CERT|CLIENT_CERT)$/

/** The machine's file, then the user's, then variables: of a setting in several, the last counts. */
export async function pipSettings({ env }: BuildContext): Promise<string> {
  const home = env.HOME ?? '/'
  const files = [
    '/etc/pip.conf',
    join(home, '.pip', 'pip.conf'),
    join(env.XDG_CONFIG_HOME ?? join(home, '.config'), 'pip', 'pip.conf'),
    ...(env.PIP_CONFIG_FILE === undefined ? [] : [env.PIP_CONFIG_FILE]),
  ]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
  return mergeIni([...texts, ofVariables(env)])
}

/** In the command's own section, which counts before `global`. */
function ofVariables(env: BuildContext['env']): string {
  const lines = Object.entries(env).flatMap(([name, value]) => {
    if (!VARIABLES.test(name) || value === undefined) return []
    return [`${name.slice('PIP_'.length).toLowerCase().replaceAll('_', '-')} = ${value.replace(/\s+/g, ' ')}`]
  })
  return ['[install]', ...lines].join('\n')
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
