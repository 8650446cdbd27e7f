/** The templates that Naru brings: folders that are copied as they are. */
import { readdir } from 'node:fs/promises'
import { packagePath } from '../../lib/index.ts'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'

const FOLDER = packagePath('templates')

export async function templateNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}

/** The folder of a template. Throws CliError `templateUnknown`. */
export async function templateFolder(name: string): Promise<string> {
  const names = await templateNames()
  if (names.includes(name)) return packagePath('templates', name)
  throw CliError.of('templateUnknown', { name, known: nearest(name, names) ?? names.join(', ') })
}
