/** Reads a Procfile: lines of `type: command`. Source: Heroku, "The Procfile". */
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'

export interface Procfile {
  /** Command lines by process type, in the order of the file; `release` is not among them. */
  processes: ReadonlyMap<string, string>
  /** The process type that runs once before a release is started. */
  release: string | undefined
}

const RELEASE = 'release'
/** What the name of an App's process may be. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,17}[a-z0-9])?$/

/** Undefined without a Procfile. Throws BuildError ProcfileInvalid. */
export async function readProcfile(source: Source): Promise<Procfile | undefined> {
  const text = await source.readText('Procfile')
  if (text === undefined) return undefined
  const processes = new Map<string, string>()
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  for (const [index, rawLine] of lines.entries()) {
    const line = rawLine.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, name = '', command = ''] = /^([A-Za-z0-9_-]+):\s*(\S.*)$/.exec(line) ?? []
    const at = `Procfile:${index + 1}`
    if (command === '')
      throw invalid(
        `${at} is not of the form "type: command": ${line.slice(0, 100)}`,
        'Write for example "web: node server.js".',
      )
    if (!NAME.test(name))
      throw invalid(
        `${at}: "${name}" cannot name a process.`,
        'Names are at most 19 lower-case letters, digits and hyphens.',
      )
    if (processes.has(name)) throw invalid(`${at}: the process "${name}" is there twice.`, 'Remove one of the lines.')
    processes.set(name, command)
  }
  const release = processes.get(RELEASE)
  processes.delete(RELEASE)
  if (processes.size === 0 && release === undefined)
    throw invalid('The Procfile names no process.', 'Add the line that starts your server, as "web: node server.js".')
  return { processes, release }
}

const invalid = (message: string, hint: string): BuildError => new BuildError('ProcfileInvalid', message, { hint })
