/** Keys that an object of a JSON text has more than once. JSON.parse takes the last and says nothing. */

export interface DuplicateKey {
  key: string
  /** Down to the key, as field errors write it: `spec.ports[0].name`. */
  path: string
  /** Of the text, from 1. */
  line: number
}

/** How many are told of. Source: sigs.k8s.io/json, the limit of strict errors. */
export const MAX_DUPLICATES = 100

/** `value` is what JSON.parse made of `text`. Texts without duplicates, which is nearly all, are told by counting. */
export function duplicateKeys(text: string, value: unknown): DuplicateKey[] {
  return countColons(text) === countKeys(value) ? [] : findDuplicates(text)
}

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58

/** Outside strings a colon follows each key, and nothing else. A plain loop is much faster here than searches. */
function countColons(text: string): number {
  let count = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === QUOTE) inString = !inString
    else if (inString) {
      if (unit === BACKSLASH) i++
    } else if (unit === COLON) count++
  }
  return count
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item)
    return count
  }
  for (const key in value) {
    count++
    const inner = (value as Record<string, unknown>)[key]
    if (typeof inner === 'object') count += countKeys(inner)
  }
  return count
}

/** An object or array that is open where the scan is. */
interface Open {
  /** Of an array: undefined. */
  keys: Set<string> | undefined
  path: string
  /** Of an object: the key whose value comes. */
  key: string
  index: number
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]/g

function findDuplicates(text: string): DuplicateKey[] {
  const found: DuplicateKey[] = []
  for (const { again, key, path, line } of keysOf(text)) {
    if (again) found.push({ key, path, line })
    if (found.length === MAX_DUPLICATES) break
  }
  return found
}

/** Where in a JSON text each of the fields is first there, or first there again; those that are not there are left out. */
export function placesOf(
  text: string,
  fields: readonly { path: string; again: boolean }[],
): ReadonlyMap<(typeof fields)[number], number> {
  const places = new Map<(typeof fields)[number], number>()
  const name = (path: string, again: boolean) => `${again ? 2 : 1}${path}`
  const wanted = new Map(fields.map((field) => [name(field.path, field.again), field]))
  let place = 0
  for (const { path, again } of keysOf(text)) {
    place++
    const field = wanted.get(name(path, again))
    if (field !== undefined && !places.has(field)) places.set(field, place)
  }
  return places
}

/** `text` must be JSON. */
function* keysOf(text: string): Generator<DuplicateKey & { again: boolean }> {
  const open: Open[] = []
  let line = 1
  let last = ''
  for (const [token] of text.matchAll(TOKEN)) {
    const top = open.at(-1)
    if (token === '\n') line++
    else if (token === '{' || token === '[')
      open.push({ keys: token === '{' ? new Set() : undefined, path: pathInto(top), key: '', index: 0 })
    else if (token === '}' || token === ']') open.pop()
    else if (token === ',' && top !== undefined) top.index++
    else if (token === ':' && top?.keys !== undefined) {
      top.key = JSON.parse(last) as string
      yield { key: top.key, path: pathInto(top), line, again: top.keys.has(top.key) }
      top.keys.add(top.key)
    }
    if (token !== '\n') last = token
  }
}

function pathInto(open: Open | undefined): string {
  if (open === undefined) return ''
  if (open.keys === undefined) return `${open.path}[${open.index}]`
  return open.path === '' ? open.key : `${open.path}.${open.key}`
}
