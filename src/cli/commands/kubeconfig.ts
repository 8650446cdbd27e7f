/** `naru kubeconfig`: the administrator's kubeconfig of the engine, for other tools. */
import { readFile } from 'node:fs/promises'
import { parse, stringify } from 'yaml'
import type { CommandRun } from '../context.ts'
import { adminKubeconfig } from '../engine/naru-context.ts'
import { CliError } from '../errors.ts'

export const kubeconfig: CommandRun = async ({ console, paths }) => {
  const text = await readFile(adminKubeconfig(paths), 'utf8').catch(() => undefined)
  if (text === undefined) throw CliError.of('engineDown')
  const config: unknown = parse(text)
  console.line(stringify(config).trimEnd())
  console.document(config)
  return 0
}
