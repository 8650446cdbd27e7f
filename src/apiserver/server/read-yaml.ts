/** YAML as Go's reader of version 1.1 takes it (octal `0644`, `yes`; no numbers in base 60, no times), as JSON values.
 *  Source: go.yaml.in/yaml/v2, resolve.go, and sigs.k8s.io/yaml, which makes JSON of what that reads. */
import {
  boolYaml11Tag,
  constructFromEvents,
  defineMappingTag,
  defineScalarTag,
  EVENT_ID,
  type Event,
  FAILSAFE_SCHEMA,
  getScalarValue,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  parseEvents,
  YAMLException,
} from 'js-yaml'
import { cloneJson, setOwn } from '../../api/index.ts'
import { exactInteger } from '../../api/machinery.ts'
import { MAX_DUPLICATES } from './duplicate-keys.ts'

/** Deeper documents are refused: what walks them afterwards is recursive. */
const MAX_DEPTH = 500
/** As many values as any document may become by naming parts of itself; one that names none has fewer than characters. */
const MAX_NAMED_VALUES = 100_000

export interface YamlDocument {
  value: unknown
  /** Keys that a map has more than once, of which the last counts. */
  duplicates: { key: string; line: number }[]
}

/** Throws an Error that says what is wrong, as Go's reader begins its sentences. */
export function readYaml(text: string): YamlDocument {
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH })
    const { value, isTwice } = construct(events, text)
    return { value, duplicates: isTwice ? duplicatesIn(events, text) : [] }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const where = error.mark === undefined ? '' : `line ${error.mark.line + 1}: `
    throw new Error(`yaml: ${where}${error.reason}`, { cause: error })
  }
}

function construct(events: Event[], source: string): { value: unknown; isTwice: boolean } {
  const documents = (json: boolean) => constructFromEvents(events, { source, schema: GO_SCHEMA, json })
  let read: unknown[]
  let isTwice = false
  try {
    read = documents(false)
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== 'duplicated mapping key') throw error
    isTwice = true
    read = documents(true)
  }
  if (read.length > 1) throw new Error('yaml: there is more than one document')
  const value = read[0] ?? null
  if (!events.some(({ type }) => type === EVENT_ID.ALIAS)) return { value, isTwice }
  checkSize(value, Math.max(MAX_NAMED_VALUES, source.length))
  // What goes by several names would change in all places at once.
  return { value: cloneJson(value), isTwice }
}

/** A small document may become a large one only by aliases. */
function checkSize(root: unknown, limit: number): void {
  let count = 0
  const visit = (value: unknown) => {
    if (++count > limit) throw new Error('yaml: document contains excessive aliasing')
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) visit(inner)
  }
  visit(root)
}

const YAML = 'tag:yaml.org,2002:'
const NUMBER_STARTS = '-+.0123456789'.split('')
const INTEGER = /^([-+]?)(0[bB][01]+|0[xX][\da-fA-F]+|0[oO]?[0-7]+|0|[1-9]\d*)$/
const FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/
const NOT_A_NUMBER = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/

const intTag = defineScalarTag<number | bigint>(`${YAML}int`, {
  implicit: true,
  implicitFirstChars: NUMBER_STARTS,
  resolve(source) {
    const [, sign, digits] = INTEGER.exec(source.replaceAll('_', '')) ?? []
    if (digits === undefined) return NOT_RESOLVED
    const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
    return exactInteger(sign === '-' ? -value : value)
  },
  identify: () => false,
})

const floatTag = defineScalarTag<number>(`${YAML}float`, {
  implicit: true,
  implicitFirstChars: NUMBER_STARTS,
  resolve(source) {
    if (NOT_A_NUMBER.test(source)) throw new Error(`json: unsupported value: ${source}`)
    const plain = source.replaceAll('_', '')
    const value = FLOAT.test(plain) ? Number(plain) : Number.NaN
    return Number.isFinite(value) ? value : NOT_RESOLVED
  },
  identify: () => false,
})

type Fields = Record<string, unknown>

const keyText = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key))

/** A key is what JSON writes of it: `1` and `true` are keys, a list is none. */
const goMapTag = defineMappingTag<Fields>(mapTag.tagName, {
  create: () => ({}),
  addPair(fields, key, value) {
    if (typeof key === 'object') return 'invalid map key'
    setOwn(fields, keyText(key), value)
    return ''
  },
  has: (fields, key) => Object.hasOwn(fields, keyText(key)),
  keys: (fields) => Object.keys(fields),
  get: (fields, key) => fields[keyText(key)],
  identify: () => false,
})

const GO_SCHEMA = FAILSAFE_SCHEMA.withTags(nullYaml11Tag, boolYaml11Tag, intTag, floatTag, mergeTag, goMapTag)

/** A map that is open where the walk is, or a list. */
interface Open {
  /** Of a list: undefined. */
  keys: Set<string> | undefined
  /** What has no value yet. */
  key: string | undefined
  /** Of the value that comes or came last. */
  at: number
}

/** In the order in which Go comes upon them, when it has read the value: its line is told. */
function duplicatesIn(events: readonly Event[], source: string): YamlDocument['duplicates'] {
  const found: YamlDocument['duplicates'] = []
  const lineAt = lineCounter(source)
  const open: Open[] = []
  const began = (at: number) => {
    const top = open.at(-1)
    if (top?.key !== undefined) top.at = at
  }
  const ended = (text: string | undefined) => {
    const top = open.at(-1)
    if (top?.keys === undefined) return
    if (top.key === undefined) {
      top.key = text ?? ''
      return
    }
    if (top.keys.has(top.key) && found.length < MAX_DUPLICATES) found.push({ key: top.key, line: lineAt(top.at) })
    top.keys.add(top.key)
    top.key = undefined
  }
  for (const event of events) {
    if (event.type === EVENT_ID.SCALAR) {
      began(event.valueStart)
      ended(getScalarValue(source, event))
    } else if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      began(event.start)
      open.push({ keys: event.type === EVENT_ID.MAPPING ? new Set() : undefined, key: undefined, at: 0 })
    } else if (event.type === EVENT_ID.ALIAS) {
      began(event.anchorStart)
      ended(undefined)
    } else if (event.type === EVENT_ID.POP) {
      open.pop()
      ended(undefined)
    }
  }
  return found
}

/** Lines begin at 1. Places that are asked for one after the other are counted from one to the next. */
function lineCounter(text: string): (offset: number) => number {
  let at = 0
  let line = 1
  return (offset) => {
    if (offset < at) [at, line] = [0, 1]
    for (let next = text.indexOf('\n', at); next !== -1 && next < offset; next = text.indexOf('\n', at)) {
      line += 1
      at = next + 1
    }
    return line
  }
}
