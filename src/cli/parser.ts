/** Turns arguments into a command to run, by commander, fed from the command table. What commander refuses becomes our
 *  own errors, with the nearest word that exists. */
import { Command, CommanderError, type Help, Option } from 'commander'
import { type CommandSpec, GLOBAL_OPTIONS, type OptionSpec } from './command-table/command-spec.ts'
import { COMMANDS } from './command-table.ts'
import type { CommandInput } from './context.ts'
import { actionNamed, actionsOf, hasActions } from './command-table/actions.ts'
import { checkUse } from './check-use.ts'
import { CliError } from './errors.ts'
import { isMessageKey, type Translate } from './messages/translate.ts'
import { nearest } from './nearest.ts'

export type Parsed =
  | {
      kind: 'run'
      spec: CommandSpec
      input: CommandInput
      json: boolean
      namespace: string | undefined
      kubeContext: string | undefined
    }
  | { kind: 'help'; text: string }

/** Throws CliError with exit code 2 for bad use. */
export function parseArguments(argv: readonly string[], t: Translate): Parsed {
  let parsed: Parsed | undefined
  let help = ''
  const settle = (spec: CommandSpec, command: Command) => {
    checkUse(spec, { words: command.args, given: givenTo(command) })
    const { json, namespace, context, ...given } =
      command.optsWithGlobals<Record<string, string | boolean | string[]>>()
    const { options, lists } = sorted(given)
    parsed = {
      kind: 'run',
      spec,
      input: { arguments: spec.arguments.map((_, at) => command.args[at]), words: command.args, options, lists },
      json: json === true,
      namespace: namespace as string | undefined,
      kubeContext: context as string | undefined,
    }
  }
  const program = buildProgram({ t, settle, print: (text) => (help += text) })
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0 || error.code === 'commander.help') return { kind: 'help', text: help }
    throw badUse(error, argv, program)
  }
  return parsed ?? { kind: 'help', text: program.helpInformation() }
}

/** What was said of a command's own options and of those of all. */
function givenTo(command: Command): Map<string, unknown> {
  const of = (each: Command) =>
    each.options
      .filter((option) => each.getOptionValueSource(option.attributeName()) === 'cli')
      .map((option) => [option.long ?? option.flags, each.getOptionValue(option.attributeName()) as unknown] as const)
  return new Map([...(command.parent === null ? [] : of(command.parent)), ...of(command)])
}

function sorted(given: Readonly<Record<string, string | boolean | string[]>>): Pick<CommandInput, 'options' | 'lists'> {
  const options: Record<string, string | boolean> = {}
  const lists: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(given))
    if (Array.isArray(value)) lists[name] = value
    else options[name] = value
  return { options, lists }
}

function buildProgram(options: {
  t: Translate
  settle: (spec: CommandSpec, command: Command) => void
  print: (text: string) => void
}): Command {
  const { t, settle, print } = options
  const translateTitle = (title: string) => {
    const key = `help.title.${title.replace(':', '').toLowerCase()}`
    return isMessageKey(key) ? t(key as 'help.title.usage') : title
  }
  const help: Partial<Help> = { styleTitle: translateTitle, sortSubcommands: false }
  const prepare = (command: Command) =>
    command
      .exitOverride()
      .configureOutput({ writeOut: print, writeErr: () => {} })
      .configureHelp(help)
      .helpOption('-h, --help', t('option.help'))
      .showSuggestionAfterError(false)
  const addOption = (command: Command) => (option: OptionSpec) => {
    const added = new Option(option.flags, t(option.description))
    command.addOption(option.heading === undefined ? added : added.helpGroup(t(option.heading)))
  }

  const program = prepare(new Command('naru')).description(t('program.summary')).helpCommand(false)
  program.usage(t('help.usage.program')).addHelpText('after', `\n${t('help.after')}`)
  GLOBAL_OPTIONS.forEach(addOption(program))
  program.option('-V, --version', t('version.summary'))
  program.action(() => {
    const [unknown] = program.args
    if (unknown !== undefined) throw unknownCommand(unknown)
    if (program.opts<{ version?: boolean }>().version) settle(commandNamed('version'), program)
  })
  program.allowExcessArguments()
  for (const spec of COMMANDS) {
    const command = prepare(program.command(spec.name)).description(t(spec.summary))
    // How many words an action takes is for `checkUse` to say.
    command.allowExcessArguments(actionNamed(spec.name, undefined) !== undefined)
    command.usage([t('help.usage.options'), ...shownArguments(spec)].join(' '))
    for (const argument of spec.arguments) command.argument(argument)
    spec.options.forEach(addOption(command))
    GLOBAL_OPTIONS.forEach(addOption(command))
    const examples = spec.examples.map((example) => `  ${example}`).join('\n')
    command.addHelpText('after', `\n${t('help.title.examples')}\n${examples}\n`)
    command.action(() => settle(spec, command))
  }
  return program
}

const commandNamed = (name: string): CommandSpec => COMMANDS.find((spec) => spec.name === name) as CommandSpec

function unknownCommand(word: string): CliError {
  const near = nearest(
    word,
    COMMANDS.map(({ name }) => name),
  )
  return near === undefined
    ? CliError.of('unknownCommand', { word })
    : CliError.of('unknownCommandNear', { word, near })
}

/** Commander gives what it complains of only inside its English sentence, in quotation marks. */
function badUse(error: CommanderError, argv: readonly string[], program: Command): CliError {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const command = argv.find((argument) => COMMANDS.some(({ name }) => name === argument)) ?? ''
  switch (error.code) {
    case 'commander.unknownOption': {
      const specs = [...GLOBAL_OPTIONS, ...(COMMANDS.find(({ name }) => name === command)?.options ?? [])]
      const near = nearest(
        word,
        specs.flatMap(({ flags }) => flags.match(/--[\w-]+/) ?? []),
      )
      const help = `naru ${command && `${command} `}--help`
      const spec = COMMANDS.find(({ name }) => name === command)
      const usage = spec?.examples.find((example) => example.includes(' -- '))
      if (near === undefined && usage !== undefined) return CliError.of('unknownOptionOfCommand', { word, usage })
      return near === undefined
        ? CliError.of('unknownOption', { word, help })
        : CliError.of('unknownOptionNear', { word, near, help })
    }
    case 'commander.missingArgument':
      return CliError.of('missingArgument', { argument: word, command, usage: usageOf(command) })
    case 'commander.optionMissingArgument':
      return CliError.of('missingOptionValue', { option: word, help: `naru ${command && `${command} `}--help` })
    case 'commander.excessArguments':
      return CliError.of('tooManyArguments', { command: command || program.name(), usage: usageOf(command) })
    default:
      return unknownCommand(word)
  }
}

const usageOf = (command: string): string => {
  const spec = COMMANDS.find(({ name }) => name === command)
  return ['naru', command, ...(spec === undefined ? [] : shownArguments(spec))].join(' ')
}

/** An action as those that there are: `list|add|remove`. */
const shownArguments = ({ name, arguments: takes }: CommandSpec): string[] =>
  takes.map((argument) => {
    if (!hasActions(name) || !/^[<[]action[>\]]$/.test(argument)) return argument
    return argument.replace('action', actionsOf(name).join('|'))
  })
