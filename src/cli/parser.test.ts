import { describe, expect, it } from 'vitest'
import { actionNamed, actionsOf, goesWith, hasActions } from './command-table/actions.ts'
import { type CommandSpec, GLOBAL_OPTIONS, type OptionSpec } from './command-table/command-spec.ts'
import { COMMANDS } from './command-table.ts'
import { CliError } from './errors.ts'
import { openTranslate } from './messages/translate.ts'
import { type Parsed, parseArguments } from './parser.ts'

const t = openTranslate('en')

/** What is refused, and how. */
function outcome(...argv: string[]): Parsed['kind'] | { code: string; parameters: CliError['parameters'] } {
  try {
    return parseArguments(argv, t).kind
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    expect(error.exitCode).toBe(2)
    return { code: error.code, parameters: error.parameters }
  }
}

const isMany = (argument: string | undefined) => argument?.includes('...') === true
/** With something in each place. */
const filled = (takes: readonly string[]) => takes.map(() => 'x')
const long = ({ flags }: OptionSpec) => /--[\w-]+/.exec(flags)?.[0] ?? ''
const given = (option: OptionSpec) =>
  option.flags.includes('<') ? [long(option), long(option) === '--context' ? 'naru' : 'x'] : [long(option)]

/** Every command, and of those with actions every action. */
const WAYS: [string, string[], CommandSpec][] = COMMANDS.flatMap((spec): [string, string[], CommandSpec][] => {
  const { name } = spec
  const words = hasActions(name) ? actionsOf(name) : name === 'add' ? ['route', 'tomcat', 'postgres'] : []
  if (words.length === 0) return [[name, [name, ...filled(spec.arguments)], spec]]
  return words.map((word) => [
    `${name} ${word}`,
    [name, word, ...filled(actionNamed(name, word)?.arguments ?? [])],
    spec,
  ])
})
const takesOf = ({ name, arguments: takes }: CommandSpec, [, word]: readonly string[]) =>
  hasActions(name) || name === 'add' ? (actionNamed(name, word)?.arguments ?? []) : takes

describe.each(WAYS)('naru %s', (title, words, spec) => {
  it('takes what it says it takes', () => expect(outcome(...words)).toBe('run'))

  it('takes no word more, unless it takes many', () =>
    expect(outcome(...words, 'surplus')).toEqual(
      isMany(takesOf(spec, words).at(-1))
        ? 'run'
        : { code: 'tooManyArguments', parameters: { command: title, usage: expect.stringContaining(`naru ${title}`) } },
    ))

  it('takes no option that it does not know', () =>
    expect(outcome(...words, '--qqqqqqqq')).toMatchObject({
      code: expect.stringMatching(/^unknownOption(OfCommand)?$/),
      parameters: { word: '--qqqqqqqq' },
    }))

  it.each([...spec.options, ...GLOBAL_OPTIONS].map((option) => [long(option), option] as const))(
    'takes %s or says that it does not, and knows it when it is misspelled',
    (flag, option) => {
      const action = actionNamed(spec.name, words[1])
      const fits = action === undefined || goesWith(spec.name, action, flag)
      expect(outcome(...words, ...given(option))).toEqual(
        fits ? 'run' : { code: 'optionUnfit', parameters: { option: flag, command: title, name: spec.name } },
      )
      const misspelled = `${flag.slice(0, -1)}q`
      expect(outcome(...words, misspelled)).toMatchObject({
        code: 'unknownOptionNear',
        parameters: { word: misspelled, near: expect.stringMatching(/^--/) },
      })
    },
  )
})

/** As a shell gives them, without what it keeps for itself. */
const wordsOf = (line: string) =>
  [...line.replace(/ [<>] .*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c = '']) => a ?? b ?? c)

it.each(COMMANDS.flatMap(({ examples }) => examples).filter((example) => example.startsWith('naru ')))(
  'the example %s is taken',
  (example) => expect(outcome(...wordsOf(example).slice(1))).toBe('run'),
)

it('an action that is missing is told with those that there are', () =>
  expect(outcome('env')).toEqual({
    code: 'missingArgument',
    parameters: { argument: 'action', command: 'env', usage: 'naru env <list|set|unset|import> [variables...]' },
  }))

describe('what is empty', () => {
  it.each([
    [['delete', '', '--yes'], 'app'],
    [['ps', ''], 'app'],
    [['remove', ''], 'resource'],
    [['route', 'add', ''], 'route'],
    [['scale', 'shop', ''], 'process=count'],
    [['deploy', '.', '--name', ''], '--name'],
    [['logs', '-n', ''], '--namespace'],
    [['--context', '', 'ps'], '--context'],
    [['exec', '-a', '', '--', 'ls'], '--app'],
  ])('names nothing: naru %j', (argv, what) =>
    expect(outcome(...argv)).toMatchObject({ code: 'emptyArgument', parameters: { what } }),
  )

  it.each([
    [['run', '--', 'echo', '']],
    [['db', 'shell', 'orders', '--', '--execute', '']],
    [['deploy', '-m', '']],
    [['completion', 'bash', '--', '']],
  ])('is said to others as it is: naru %j', (argv) => expect(outcome(...argv)).toBe('run'))
})

it.each(['up', 'down', 'backup', 'restore', 'trust', 'doctor', 'kubeconfig'])(
  'naru %s is not about another context',
  (name) => {
    const words = name === 'restore' ? [name, 'file'] : [name]
    expect(outcome(...words, '--context', 'office')).toEqual({
      code: 'contextUnsupported',
      parameters: { command: name, context: 'office' },
    })
    expect(outcome(...words, '--context', 'naru')).toBe('run')
  },
)

it('says where options of the command that is to run belong', () =>
  expect(outcome('run', 'npm', 'test', '--watch')).toEqual({
    code: 'unknownOptionOfCommand',
    parameters: { word: '--watch', usage: 'naru run -- node migrate.js' },
  }))
