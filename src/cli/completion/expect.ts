/** What may come next on a command line that is being written: a pure function of its words and the command table. */
import { actionNamed, actionsOf, goesWith, hasActions } from '../command-table/actions.ts'
import { type CommandSpec, GLOBAL_OPTIONS, type OptionSpec, SHELLS } from '../command-table/command-spec.ts'
import { COMMANDS } from '../command-table.ts'
import type { PlainMessageKey } from '../messages/translate.ts'
import { ACTION_PLACES, ARGUMENT_PLACES, COMMAND_PLACES, OPTION_PLACES, type Place, type Subject } from './subjects.ts'

/** A word of Naru's own. */
export interface Word {
  value: string
  description?: PlainMessageKey
}

export interface Expected {
  /** What there is of the word that is being written, and what every answer begins with: `--app=` of `--app=sh`. */
  word: string
  before: string
  words: readonly Word[]
  subjects: readonly Subject[]
  paths: Place['paths']
  /** What was said before it. */
  app: string | undefined
  namespace: string | undefined
  kubeContext: string | undefined
}

/** `words` are those after `naru`; the last is the one that is being written, and may be empty. */
export function expectNext(words: readonly string[]): Expected {
  const word = words.at(-1) ?? ''
  const said = readSaid(words.slice(0, -1))
  const { spec, values } = said
  const named = {
    app: values.get('--app') ?? namedApp(said),
    namespace: values.get('--namespace'),
    kubeContext: values.get('--context'),
  }
  const at = (place: Place, before = '') => ({
    word,
    before,
    words: (place.choices ?? []).map((value) => ({ value })),
    subjects: place.subjects ?? [],
    paths: place.paths,
    ...named,
  })
  if (said.isVerbatim) return at({ paths: 'files' })
  if (said.pending !== undefined) return at(valuePlace(said.pending))
  const [, flag] = /^(--[\w-]+)=/.exec(word) ?? []
  const option = flag === undefined ? undefined : optionNamed(spec, flag)
  if (option !== undefined) return at(valuePlace(option), `${flag}=`)
  if (word.startsWith('-')) return { ...at({}), words: optionWords(said, word) }
  if (spec === undefined)
    return { ...at({}), words: COMMANDS.map(({ name, summary }) => ({ value: name, description: summary })) }
  const place = placeOf(spec, said.operands)
  return place === undefined ? { ...at({}), words: optionWords(said, '--') } : at(place)
}

interface Said {
  spec: CommandSpec | undefined
  /** What belongs to the command, without options and their values. */
  operands: readonly string[]
  /** Values of options, by long name. */
  values: ReadonlyMap<string, string>
  given: ReadonlySet<OptionSpec>
  /** An option whose value is what comes next. */
  pending: OptionSpec | undefined
  /** After `--`: words of another program. */
  isVerbatim: boolean
}

function readSaid(words: readonly string[]): Said {
  let spec: CommandSpec | undefined
  let pending: OptionSpec | undefined
  const operands: string[] = []
  const values = new Map<string, string>()
  const given = new Set<OptionSpec>()
  for (const word of words) {
    if (pending !== undefined) {
      values.set(longName(pending), word)
      pending = undefined
    } else if (word === '--') return { spec, operands, values, given, pending, isVerbatim: true }
    else if (word.startsWith('-')) {
      const [flag = '', value] = word.split(/=(.*)/s)
      const option = optionNamed(spec, flag)
      if (option === undefined) continue
      given.add(option)
      if (value !== undefined) values.set(longName(option), value)
      else if (takesValue(option)) pending = option
    } else if (spec === undefined) spec = COMMANDS.find(({ name }) => name === word)
    else operands.push(word)
  }
  return { spec, operands, values, given, pending, isVerbatim: false }
}

const flagsOf = (option: OptionSpec): string[] => option.flags.match(/-{1,2}[A-Za-z][\w-]*/g) ?? []
const longName = (option: OptionSpec): string => flagsOf(option).at(-1) ?? ''
const takesValue = (option: OptionSpec) => option.flags.includes('<')
const isRepeatable = (option: OptionSpec) => option.flags.includes('...')
const optionsOf = (spec: CommandSpec | undefined) => [...(spec?.options ?? []), ...GLOBAL_OPTIONS]
const optionNamed = (spec: CommandSpec | undefined, flag: string) =>
  optionsOf(spec).find((option) => flagsOf(option).includes(flag))

const valuePlace = (option: OptionSpec): Place =>
  option.choices === undefined ? (OPTION_PLACES[longName(option)] ?? {}) : { choices: option.choices }

/** Those that were not given yet, and go with the action; short ones only for who has begun one. */
function optionWords({ spec, operands: [first], given }: Said, word: string): Word[] {
  const action = first === undefined ? undefined : spec && actionNamed(spec.name, first)
  const fits = (option: OptionSpec) =>
    spec === undefined || action === undefined || goesWith(spec.name, action, longName(option))
  const left = optionsOf(spec).filter((option) => (isRepeatable(option) || !given.has(option)) && fits(option))
  const words = left.flatMap((option) => flagsOf(option).map((value) => ({ value, description: option.description })))
  const help: Word[] = [
    { value: '-h', description: 'option.help' },
    { value: '--help', description: 'option.help' },
  ]
  return [...words, ...help].filter(({ value }) => value.startsWith('--') || !word.startsWith('--'))
}

/** Undefined where no more is taken. */
function placeOf(spec: CommandSpec, operands: readonly string[]): Place | undefined {
  const at = operands.length
  const [first, second] = spec.arguments
  if (hasActions(spec.name)) {
    if (at === 0) return { choices: actionsOf(spec.name) }
    const { arguments: takes = [] } = actionNamed(spec.name, operands[0]) ?? {}
    if (at > takes.length && takes.at(-1)?.includes('...') !== true) return undefined
    const places = ACTION_PLACES[spec.name]?.[operands[0] ?? '']
    return places?.[Math.min(at - 1, places.length - 1)] ?? {}
  }
  if (first === '<shell>') return at === 0 ? { choices: SHELLS } : {}
  const own = COMMAND_PLACES[spec.name]?.[at]
  if (own !== undefined) return own
  const argument = spec.arguments[at] ?? spec.arguments.findLast((each) => each.includes('...'))
  if (argument === undefined) return undefined
  const place = ARGUMENT_PLACES[argument] ?? {}
  // An app that is not named is that of the folder, and what follows it may stand in its place.
  if (at > 0 || argument !== '[app]' || second === undefined) return place
  return { subjects: [...(place.subjects ?? []), ...(ARGUMENT_PLACES[second]?.subjects ?? [])] }
}

/** The app as the first operand, where the command takes it there. */
function namedApp({ spec, operands: [first] }: Said): string | undefined {
  const takesApp = spec?.arguments[0] === '[app]' || spec?.arguments[0] === '<app>'
  return takesApp && first?.includes('=') === false ? first : undefined
}
