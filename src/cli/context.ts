/** What every command gets: the environment it runs in and what the user said before and after its name. */
import type { Clock, Paths } from '../lib/index.ts'
import type { Translate } from './messages/translate.ts'
import type { Console, OutputStream } from './output/console.ts'

export interface CommandContext {
  env: NodeJS.ProcessEnv
  /** Where relative folders are resolved. */
  cwd: string
  paths: Paths
  clock: Clock
  t: Translate
  console: Console
  stdin: NodeJS.ReadStream
  /** For what is handed through as it is; words for people go to `console`. */
  stdout: OutputStream
  stderr: OutputStream
  /** Aborts on Ctrl-C, SIGTERM, and when nobody reads stdout any more. */
  signal: AbortSignal
  json: boolean
  /** `--namespace`; undefined when not given. */
  namespace: string | undefined
  /** `--context`; undefined when not given. */
  kubeContext: string | undefined
}

export interface CommandInput {
  /** In the order of the command's arguments; optional ones that were left out are undefined. */
  arguments: readonly (string | undefined)[]
  /** All of them, however many. */
  words: readonly string[]
  /** By the option's long name in camel case. */
  options: Readonly<Record<string, string | boolean | undefined>>
  /** Those of which there may be many, likewise. */
  lists: Readonly<Record<string, readonly string[]>>
}

/** Resolves to the exit code. Failures are CliError or whatever lower modules throw; `failure.ts` words them. */
export type CommandRun = (context: CommandContext, input: CommandInput) => Promise<number>
