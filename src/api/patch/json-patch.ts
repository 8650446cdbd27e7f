/** JSON patch (RFC 6902) by fast-json-patch, with its failures in Kubernetes' words. */
import fastJsonPatch, { type Operation } from 'fast-json-patch'
import { isJsonObject } from '../decode/index.ts'
import { apiError } from '../status.ts'

/** Source: k8s.io/apiserver v0.34, pkg/endpoints/handlers/patch.go, maxJSONPatchOperations. */
const MAX_OPERATIONS = 10_000
const OPERATIONS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

/** A new value; `target` is not changed. Throws ApiError: BadRequest for what is no JSON patch, Invalid for one that
 *  does not apply, RequestEntityTooLarge for one with too many operations. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  const operations = checkOperations(patch)
  try {
    return fastJsonPatch.applyPatch(target, operations, true, false, true).newDocument
  } catch (error) {
    // The library's errors name the operation by index and the reason by a code; its messages carry whole documents.
    const { name, index } = error as { name?: string; index?: number }
    const operation = operations[index ?? 0]
    const what = operation === undefined ? '' : ` (${operation.op} ${operation.path})`
    const why = name === 'TEST_OPERATION_FAILED' ? 'the test failed' : reasonOf(name)
    throw apiError(
      'Invalid',
      `the server rejected our request due to an error in our request: JSON patch operation ${index ?? 0}${what}: ${why}`,
      { cause: error },
    )
  }
}

function checkOperations(patch: unknown): Operation[] {
  if (!Array.isArray(patch)) throw badPatch('it must be a JSON array of operations')
  if (patch.length > MAX_OPERATIONS)
    throw apiError(
      'RequestEntityTooLarge',
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    )
  patch.forEach((operation: unknown, index) => {
    if (!isJsonObject(operation)) throw badPatch(`operation ${index} is no object`)
    const { op, path } = operation
    if (typeof op !== 'string' || !OPERATIONS.has(op)) throw badPatch(`operation ${index} has an unknown "op"`)
    if (!isPointer(path)) throw badPatch(`operation ${index} has no valid "path"`)
    if ((op === 'move' || op === 'copy') && !isPointer(operation.from))
      throw badPatch(`operation ${index} has no valid "from"`)
    if (['add', 'replace', 'test'].includes(op) && !Object.hasOwn(operation, 'value'))
      throw badPatch(`operation ${index} has no "value"`)
  })
  return patch as Operation[]
}

/** A JSON pointer (RFC 6901) that leads through no prototype. */
function isPointer(value: unknown): value is string {
  if (typeof value !== 'string' || (value !== '' && !value.startsWith('/'))) return false
  return !value.split('/').some((segment) => segment === '__proto__')
}

const badPatch = (why: string) => apiError('BadRequest', `error decoding patch: ${why}`)

function reasonOf(code: string | undefined): string {
  if (code === 'OPERATION_PATH_CANNOT_ADD' || code === 'OPERATION_PATH_UNRESOLVABLE') return 'the path does not exist'
  if (code === 'OPERATION_FROM_UNRESOLVABLE') return 'the path in "from" does not exist'
  if (code === 'OPERATION_PATH_ILLEGAL_ARRAY_INDEX') return 'the array index is no number'
  if (code === 'OPERATION_VALUE_OUT_OF_BOUNDS') return 'the array index is out of bounds'
  return 'it cannot be applied'
}
