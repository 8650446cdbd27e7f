/** One step of a path to a field, as `fieldsV1` spells it: `f:` a field's name, `k:` the keys of a list's element, `v:`
 *  an element of a set, `i:` an index. Paths here are those texts: equal texts are equal steps.
 *  Source: structured-merge-diff v6, fieldpath/serialize-pe.go and element.go. */
import { isJsonObject } from '../decode/index.ts'

export const fieldElement = (name: string): string => `f:${name}`

/** `keys` must be sorted by name. */
export function keyElement(keys: readonly (readonly [string, unknown])[]): string {
  let text = 'k:{'
  for (let i = 0; i < keys.length; i++) {
    const [name, value] = keys[i] as readonly [string, unknown]
    text += `${i > 0 ? ',' : ''}${JSON.stringify(name)}:${jsonText(value)}`
  }
  return `${text}}`
}

export const valueElement = (value: unknown): string => `v:${jsonText(value)}`

const NEEDS_ESCAPE = /[<>&\u2028\u2029]/

/** As Go writes JSON: safe inside HTML. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  if (!NEEDS_ESCAPE.test(text)) return text
  return text.replaceAll(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** A step that came from outside in its canonical spelling. Undefined: a kind of step not known, to be ignored.
 *  Throws Error when it is malformed. */
export function canonicalElement(text: string): string | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:')
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`)
  const body = text.slice(2)
  switch (text[0]) {
    case 'f':
      return text
    case 'v':
      return valueElement(parsed(body))
    case 'k': {
      const keys = parsed(body)
      if (!isJsonObject(keys)) throw new Error('expect { or n')
      return keyElement(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)))
    }
    case 'i':
      if (!/^[+-]?\d{1,15}$/.test(body))
        throw new Error(`strconv.Atoi: parsing ${JSON.stringify(body)}: invalid syntax`)
      return `i:${Number(body)}`
    default:
      return undefined
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`invalid JSON ${JSON.stringify(text)}`, { cause })
  }
}

/** As messages show it: `.spec`, `[name="a"]`, `[="a"]`, `[0]`. */
export function elementText(element: string): string {
  const body = element.slice(2)
  switch (element[0]) {
    case 'f':
      return `.${body}`
    case 'k': {
      const keys = Object.entries(JSON.parse(body) as Record<string, unknown>)
      return `[${keys.map(([name, value]) => `${name}=${valueText(value)}`).join(',')}]`
    }
    case 'v':
      return `[=${valueText(JSON.parse(body))}]`
    default:
      return `[${body}]`
  }
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key}=${valueText(inner)}`)
    .join('')
}

const KIND_ORDER = '.fkvi'

const FIELD = 102
const SELF = 46

/** In place, in the order of `compareElements`. */
export function sortElements(elements: string[]): void {
  for (const element of elements) {
    const kind = element.charCodeAt(0)
    if (kind !== FIELD && kind !== SELF) {
      elements.sort(compareElements)
      return
    }
  }
  // Nearly always: the texts' own order is the order wanted, and needs no function of ours for each comparison.
  if (elements.length > FEW) elements.sort()
  else insertInOrder(elements)
}

/** So few are sorted in place before the library has made its copy of them. */
const FEW = 24

function insertInOrder(texts: string[]): void {
  for (let i = 1; i < texts.length; i++) {
    const text = texts[i] as string
    let at = i
    while (at > 0 && (texts[at - 1] as string) > text) {
      texts[at] = texts[at - 1] as string
      at--
    }
    texts[at] = text
  }
}

/** Kubernetes' order: fields by name, keys, values, indexes. */
export function compareElements(a: string, b: string): number {
  const kind = a.charCodeAt(0)
  if (kind === FIELD && b.charCodeAt(0) === FIELD) return compareTexts(a, b)
  if (kind !== b.charCodeAt(0)) return KIND_ORDER.indexOf(a[0] ?? '') - KIND_ORDER.indexOf(b[0] ?? '')
  switch (a[0]) {
    case 'k':
      return compareKeys(a, b)
    case 'v':
      return compareScalars(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)))
    case 'i':
      return Number(a.slice(2)) - Number(b.slice(2))
    default:
      return a < b ? -1 : a > b ? 1 : 0
  }
}

function compareKeys(a: string, b: string): number {
  return compareKeyTexts(a, b) ?? compareParsedKeys(a, b)
}

const QUOTE = 34
const BACKSLASH = 92

/** For the usual case: the first difference is inside a string without escapes. Undefined for all others. */
function compareKeyTexts(a: string, b: string): number | undefined {
  let inString = false
  for (let i = 0; i < a.length; i++) {
    const left = a.charCodeAt(i)
    if (left === BACKSLASH) return undefined
    const right = b.charCodeAt(i)
    if (left !== right) {
      if (!inString || right === BACKSLASH || Number.isNaN(right)) return undefined
      // The string that ends here is the shorter one.
      if (left === QUOTE || right === QUOTE) return left === QUOTE ? -1 : 1
      return left - right
    }
    if (left === QUOTE) inString = !inString
  }
  return a.length === b.length ? 0 : undefined
}

function compareParsedKeys(a: string, b: string): number {
  const left = Object.entries(JSON.parse(a.slice(2)) as Record<string, unknown>)
  const right = Object.entries(JSON.parse(b.slice(2)) as Record<string, unknown>)
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName, leftValue] = left[i] as [string, unknown]
    const [rightName, rightValue] = right[i] as [string, unknown]
    if (leftName !== rightName) return leftName < rightName ? -1 : 1
    const order = compareScalars(leftValue, rightValue)
    if (order !== 0) return order
  }
  return left.length - right.length
}

const TYPE_ORDER = ['number', 'string', 'boolean', 'object']

/** Numbers, then strings, then booleans, then what no key should be. */
function compareScalars(a: unknown, b: unknown): number {
  const type = TYPE_ORDER.indexOf(typeof a) - TYPE_ORDER.indexOf(typeof b)
  if (type !== 0) return type
  if (typeof a === 'object') return compareTexts(JSON.stringify(a), JSON.stringify(b))
  if (typeof a === 'string') return compareTexts(a, b as string)
  return Number(a) - Number(b)
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
