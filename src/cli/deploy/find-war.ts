/** What `naru add tomcat` runs: the war file or folder that is named, else the Maven project one is in, else the only war
 *  file here. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BuildError, type BuildErrorReason, planSource } from '../../builder/index.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { checkFolder, checkSource } from './input.ts'

/** What a folder is that is something else, or nothing. */
const IS_NONE: readonly BuildErrorReason[] = ['SourceEmpty', 'StartCommandMissing', 'UnknownKind']

/** Its absolute path. Throws CliError `warMissing`, and BuildError for a folder that cannot be read. */
export async function findWar({ cwd, signal }: CommandContext, named: string | undefined): Promise<string> {
  const source = named === undefined ? await unnamed(cwd) : await checkSource(cwd, named)
  const plan = await planSource(source, signal).catch((error: unknown) => {
    if (error instanceof BuildError && IS_NONE.includes(error.reason)) return undefined
    throw error
  })
  if (plan?.language?.name !== 'java' || plan.language.plan.form !== 'war')
    throw CliError.of('warMissing', { path: source })
  return source
}

async function unnamed(cwd: string): Promise<string> {
  const folder = await checkFolder(cwd, '.')
  const names = await readdir(folder)
  const [war, another] = names.filter((name) => name.endsWith('.war'))
  if (names.includes('pom.xml')) return folder
  if (war === undefined || another !== undefined) throw CliError.of('warMissing', { path: folder })
  return join(folder, war)
}
