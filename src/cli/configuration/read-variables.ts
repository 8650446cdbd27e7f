/** Variables as people give them: `NAME=value`, `NAME` with the value on stdin, a `.env` file. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseEnv } from 'node:util'
import { errorMessage } from '../../lib/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'

export type Variables = Readonly<Record<string, string>>

/** What POSIX lets a shell export, so that every program can read it. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** `NAME` alone takes its value from stdin, so that it need not be on a command line. Throws CliError `variableInvalid`,
 *  `variableWithoutValue`. */
export async function readGiven(context: CommandContext, words: readonly string[]): Promise<Variables> {
  const variables: Record<string, string> = {}
  for (const word of words) {
    const at = word.indexOf('=')
    const name = checkName(at < 0 ? word : word.slice(0, at))
    variables[name] = at < 0 ? await valueFromStdin(context, name, words.length) : word.slice(at + 1)
  }
  return variables
}

async function valueFromStdin({ stdin }: CommandContext, name: string, count: number): Promise<string> {
  if (count > 1 || stdin.isTTY) throw CliError.of('variableWithoutValue', { name })
  return (await text(stdin)).replace(/\r?\n$/, '')
}

/** A `.env` file, as Node reads them; `-` is stdin. Throws CliError `variablesUnreadable`, `variableInvalid`. */
export async function readFileOf({ cwd, stdin }: CommandContext, path: string): Promise<Variables> {
  const content = await (path === '-' ? text(stdin) : readFile(resolve(cwd, path), 'utf8')).catch((error: unknown) => {
    throw CliError.of('variablesUnreadable', { path, reason: errorMessage(error) }, { cause: error })
  })
  const variables = parseEnv(content) as Record<string, string>
  for (const name of Object.keys(variables)) checkName(name)
  return variables
}

/** The name, if it is one. What is not may be a value that went astray, so the error does not repeat it. */
export function checkName(name: string): string {
  if (!NAME.test(name)) throw CliError.of('variableInvalid')
  return name
}
