/** Reads a Procfile: lines of `type: command`. */
import { BuildError } from '../errors.ts'
import type { Source } from '../source/read-source.ts'

/** The command of the process type `web`; undefined without a Procfile. Throws BuildError ProcfileInvalid. */
export async function readProcfileWeb(source: Source): Promise<string | undefined> {
  const text = await source.readText('Procfile')
  if (text === undefined) return undefined
  const types: string[] = []
  let web: string | undefined
  for (const [index, rawLine] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = rawLine.trim()
    if (line === '' || line.startsWith('#')) continue
    const match = /^([A-Za-z0-9_-]+):\s*(\S.*)$/.exec(line)
    if (match === null)
      throw new BuildError(
        'ProcfileInvalid',
        `Procfile:${index + 1} is not of the form "type: command": ${line.slice(0, 100)}`,
        {
          hint: 'Write for example "web: node server.js".',
        },
      )
    types.push(match[1] ?? '')
    if (match[1] === 'web') web = match[2]
  }
  if (web === undefined)
    throw new BuildError(
      'ProcfileInvalid',
      `The Procfile has no process type "web"${types.length > 0 ? ` (it has ${types.join(', ')})` : ''}.`,
      {
        hint: 'Add the line that starts your server, for example "web: node server.js".',
      },
    )
  return web
}
