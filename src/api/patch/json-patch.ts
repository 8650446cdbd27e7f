/** JSON patch (RFC 6902) as Kubernetes applies it, which is more lenient than the RFC: `replace` and the source of a
 *  `copy` may be missing in an object, negative indexes count from the end, and a missing value is null.
 *  Source: gopkg.in/evanphx/json-patch v4.12, as k8s.io/apiserver v0.34 uses it (endpoints/handlers/patch.go). */
import { cloneJson, getOwn, isJsonObject, type JsonObject, jsonTypeName, parseJson, setOwn } from '../decode/index.ts'
import { apiError } from '../status.ts'

/** Source: k8s.io/apiserver v0.34, pkg/endpoints/handlers/patch.go, maxJSONPatchOperations. */
const MAX_OPERATIONS = 10_000
/** Of all that `copy` adds, as text: the limit of a request's body. */
const MAX_COPIED_LENGTH = 3 * 1024 * 1024

interface Operation {
  op?: string
  path?: string
  from?: string
  value?: unknown
}

/** Why an operation does not apply, as the library says it: the cause of the error that is thrown. */
class DoesNotApply extends Error {}

/** A new value; `target` is not changed. Throws ApiError: BadRequest for what is no JSON patch, Invalid for one that
 *  does not apply, RequestEntityTooLarge for one with too many operations. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  const operations = readOperations(patch)
  const document = new PatchedDocument(cloneJson(target))
  for (const operation of operations) {
    try {
      document.apply(operation)
    } catch (error) {
      if (!(error instanceof DoesNotApply)) throw error
      throw rejected(error)
    }
  }
  return document.root
}

/** The answer says no more than this; the cause does. */
function rejected(cause: Error) {
  const error = apiError('Invalid', 'the server rejected our request due to an error in our request', { cause })
  error.status.details = {}
  return error
}

function readOperations(patch: unknown): readonly Operation[] {
  if (patch === null) return []
  if (!Array.isArray(patch)) throw cannotUnmarshal(patch, 'value of type []handlers.jsonPatchOp')
  if (patch.length > MAX_OPERATIONS)
    throw apiError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    )
  return patch.map((operation: unknown): Operation => {
    if (operation === null) return {}
    if (!isJsonObject(operation)) throw cannotUnmarshal(operation, 'value of type handlers.jsonPatchOp')
    for (const field of ['op', 'path', 'from']) {
      const value = operation[field]
      if (value !== undefined && value !== null && typeof value !== 'string')
        throw cannotUnmarshal(value, `struct field jsonPatchOp.${field} of type string`)
    }
    return operation
  })
}

const cannotUnmarshal = (value: unknown, into: string) =>
  apiError('BadRequest', `error decoding patch: json: cannot unmarshal ${jsonTypeName(value)} into Go ${into}`)

type Container = JsonObject | unknown[]

/** Where a pointer leads: what holds the value, and under which key. */
interface Place {
  holder: Container
  key: string
}

class PatchedDocument {
  root: unknown
  #copiedLength = 0

  constructor(root: unknown) {
    this.root = root
  }

  apply(operation: Operation): void {
    const value = cloneJson(operation.value ?? null)
    switch (operation.op) {
      case 'add':
        return add(this.#find(operation.op, operation.path), value)
      case 'remove':
        return remove(this.#find(operation.op, operation.path))
      case 'replace':
        return this.#replace(operation.path, value)
      case 'test':
        return this.#test(operation.path, value)
      case 'move': {
        const from = this.#find(operation.op, operation.from)
        const moved = get(from)
        remove(from)
        return add(this.#find(operation.op, operation.path), moved)
      }
      case 'copy':
        return this.#copy(operation)
      default:
        throw new DoesNotApply(`Unexpected kind: ${operation.op ?? 'unknown'}`)
    }
  }

  #replace(path: string | undefined, value: unknown): void {
    if (path !== '') return set(this.#find('replace', path), value)
    if (typeof value !== 'object' || value === null)
      throw new DoesNotApply('replace operation value must be object or array')
    this.root = value
  }

  #test(path: string | undefined, value: unknown): void {
    const found = path === '' ? this.root : (get(this.#find('test', path)) ?? null)
    if (!isSame(found, value)) throw new DoesNotApply(`testing value ${path} failed: test failed`)
  }

  #copy({ from, path }: Operation): void {
    const text = JSON.stringify(get(this.#find('copy', from)) ?? null)
    this.#copiedLength += text.length
    if (this.#copiedLength > MAX_COPIED_LENGTH) throw new DoesNotApply('the copies are too large')
    add(this.#find('copy', path), parseJson(text))
  }

  /** Throws DoesNotApply when a step on the way is missing, or when the pointer is none. */
  #find(op: string, pointer: string | null | undefined): Place {
    const [first, ...keys] = (pointer ?? '').split('/').map(decodeKey)
    const key = keys.pop()
    const missing = `${op} operation does not apply: doc is missing path: ${JSON.stringify(pointer ?? '')}: missing value`
    // A path through a prototype leads nowhere.
    if (first === undefined || key === undefined || key === '__proto__') throw new DoesNotApply(missing)
    const holder = keys.reduce<unknown>(
      (at, step) => (isContainer(at) ? get({ holder: at, key: step }) : at),
      this.root,
    )
    if (!isContainer(holder)) throw new DoesNotApply(missing)
    return { holder, key }
  }
}

const decodeKey = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~')

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

/** Undefined: nothing is there in an object. Throws DoesNotApply outside a list. */
function get({ holder, key }: Place): unknown {
  return Array.isArray(holder) ? holder[indexIn(holder, key)] : getOwn(holder, key)
}

function set({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder)) holder[indexIn(holder, key)] = value
  else setOwn(holder, key, value)
}

function add({ holder, key }: Place, value: unknown): void {
  if (!Array.isArray(holder)) setOwn(holder, key, value)
  else if (key === '-') holder.push(value)
  else holder.splice(indexIn(holder, key, holder.length + 1), 0, value)
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(indexIn(holder, key), 1)
  else if (!Object.hasOwn(holder, key))
    throw new DoesNotApply(`Unable to remove nonexistent key: ${key}: missing value`)
  else delete holder[key]
}

/** From the front, of `places`. */
function indexIn(list: readonly unknown[], key: string, places = list.length): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : NaN
  const fromFront = index < 0 ? index + places : index
  if (fromFront >= 0 && fromFront < places) return fromFront
  throw new DoesNotApply(`Unable to access invalid index: ${key}: invalid index referenced`)
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isContainer(a) || !isContainer(b)) return a === b
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]))
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], getOwn(b, key)))
  )
}
