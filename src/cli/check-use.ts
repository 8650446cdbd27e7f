/** Refuses what commander cannot know of: words and options that do not go with an action, and words that are empty. */
import { actionNamed, goesWith } from './command-table/actions.ts'
import type { CommandSpec } from './command-table/command-spec.ts'
import { CliError } from './errors.ts'
import { CONTEXT } from './kubeconfig/context-name.ts'

export interface Use {
  words: readonly string[]
  /** Long flags of the options that were given, with their values. */
  given: ReadonlyMap<string, unknown>
}

/** Throws CliError `emptyArgument`, `contextUnsupported`, `missingArgument`, `tooManyArguments`, `optionUnfit`. */
export function checkUse(spec: CommandSpec, { words, given }: Use): void {
  const [word] = words
  refuseEmpty(spec, { words, given })
  const context = given.get('--context')
  if (spec.isOwn === true && typeof context === 'string' && context !== CONTEXT)
    throw CliError.of('contextUnsupported', { command: spec.name, context })
  const action = actionNamed(spec.name, word)
  if (action === undefined) return
  const { arguments: takes = [] } = action
  const command = word === undefined ? spec.name : `${spec.name} ${word}`
  const rest = words.slice(1)
  const missing = takes.slice(rest.length).find((argument) => argument.startsWith('<'))
  const usage = exampleOf(spec, command) ?? ['naru', command, ...takes].join(' ')
  if (missing !== undefined) throw CliError.of('missingArgument', { argument: plain(missing), command, usage })
  if (rest.length > takes.length && !isMany(takes.at(-1))) throw CliError.of('tooManyArguments', { command, usage })
  for (const flag of given.keys())
    if (!goesWith(spec.name, action, flag)) throw CliError.of('optionUnfit', { option: flag, command, name: spec.name })
}

/** A name that is empty is mostly a variable of a shell that is not set. What is said to other programs may be empty. */
function refuseEmpty({ name, arguments: takes, options }: CommandSpec, { words, given }: Use): void {
  words.forEach((word, at) => {
    const argument = takes[at] ?? takes.at(-1)
    if (word === '' && argument !== undefined && !VERBATIM.has(argument))
      throw CliError.of('emptyArgument', { what: plain(argument), command: name })
  })
  for (const [flag, value] of given) {
    const isName = options.some(({ flags }) => flags.endsWith(`${flag} <name>`)) || GLOBAL_NAMES.has(flag)
    if (isName && value === '') throw CliError.of('emptyArgument', { what: flag, command: name })
  }
}

const VERBATIM: ReadonlySet<string> = new Set(['[command...]', '[words...]'])
const GLOBAL_NAMES: ReadonlySet<string> = new Set(['--namespace', '--context'])

const isMany = (argument: string | undefined): boolean => argument?.includes('...') === true

const plain = (argument: string): string => argument.replaceAll(/[<>[\].]/g, '')

const exampleOf = ({ examples }: CommandSpec, command: string): string | undefined =>
  examples.find((example) => `${example} `.startsWith(`naru ${command} `))
