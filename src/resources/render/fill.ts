/** Fills the placeholders of a Provisioner's texts. Pure. */
import { isJsonObject } from '../../api/index.ts'
import { ResourceFailure } from '../errors.ts'

/** What a placeholder stands for: its value, or `unknown` where there is none of that name. Null is nothing: a field that
 *  is only such a placeholder is left out. */
export type Lookup = (name: string) => { value: unknown } | 'unknown'

/** `$${` is a `${` of the text itself. */
const PLACEHOLDER = /\$\$\{|\$\{([^}]*)\}/g
/** Texts that are made of one another could grow without end. */
const MAX_ADDED = 1024 * 1024
const ALONE = /^\$\{([^}]*)\}$/

/** `at` says where the value is, for the error. Objects and lists are copied. Throws ResourceFailure. */
export function fill(value: unknown, lookup: Lookup, at: string): unknown {
  if (typeof value === 'string') return fillText(value, lookup, at)
  if (Array.isArray(value)) return value.map((item, index) => fill(item, lookup, `${at}[${index}]`))
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).map(([name, field]) => [name, fill(field, lookup, `${at}.${name}`)] as const)
  return Object.fromEntries(fields.filter(([, field]) => field !== null))
}

/** A text that is one placeholder becomes its value, whatever type that has. */
function fillText(text: string, lookup: Lookup, at: string): unknown {
  const alone = ALONE.exec(text)?.[1]
  if (alone !== undefined) return valueOf(alone, lookup, at)
  let added = 0
  return text.replaceAll(PLACEHOLDER, (whole, name: string | undefined) => {
    if (name === undefined) return whole.slice(1)
    const value = valueOf(name, lookup, at)
    if (typeof value === 'object' && value !== null)
      throw new ResourceFailure('InvalidProvisioner', `${at}: \${${name}} is no text and must stand alone`)
    const filled = textOf(value)
    added += filled.length
    if (added > MAX_ADDED)
      throw new ResourceFailure('InvalidProvisioner', `${at}: becomes longer than any object of Kubernetes may be`)
    return filled
  })
}

function valueOf(name: string, lookup: Lookup, at: string): unknown {
  const found = lookedUp(name, lookup, at)
  if (found === 'unknown') throw new ResourceFailure('InvalidProvisioner', `${at}: there is no placeholder \${${name}}`)
  return found.value ?? null
}

/** What a look-up refuses is said with its place. */
function lookedUp(name: string, lookup: Lookup, at: string): ReturnType<Lookup> {
  try {
    return lookup(name)
  } catch (error) {
    if (!(error instanceof ResourceFailure)) throw error
    throw new ResourceFailure(error.reason, `${at}: ${error.message}`)
  }
}

/** A value within a text; nothing is none. */
export function textOf(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The names of all placeholders in a value. */
export function placeholdersIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? [])
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(placeholdersIn) : []
}
