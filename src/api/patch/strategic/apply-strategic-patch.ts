/** Strategic merge patches: merge patches that know from the schema which lists are merged, and by which key.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/strategicpatch (mergeMap with MergeParallelList, IgnoreUnmatchedNulls). */
import { cloneJson, getOwn, isJsonObject, type JsonObject, setOwn } from '../../decode/index.ts'
import { type ObjectSchema } from '../../schema/index.ts'
import { apiError } from '../../status.ts'
import { deletedFromField, orderedField, PATCH, plainValue, retainKeys } from './directives.ts'
import { badDirective, badSetElementOrder } from './errors.ts'
import { fieldOf, type Shape, shapeOf, strategyOf } from './field-rules.ts'
import { checkOrder, type ListRules, mergeList } from './merge-list.ts'

/** A new value; neither argument is changed. Throws ApiError BadRequest for a malformed patch. */
export function applyStrategicPatch(schema: ObjectSchema, target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) throw apiError('BadRequest', 'invalid JSON document: a strategic merge patch is an object')
  const original = isJsonObject(target) ? cloneJson(target) : {}
  return mergeMap(original, cloneJson(patch), { kind: 'object', schema })
}

/** Changes and returns `original`; also takes `patch` apart. */
function mergeMap(original: JsonObject, patch: JsonObject, shape: Shape): JsonObject {
  if (Object.hasOwn(patch, PATCH)) return obeyDirective(patch)
  retainKeys(original, patch)
  mergeOrderedLists(original, patch, shape)
  for (const [key, value] of Object.entries(patch)) {
    const deletedFrom = deletedFromField(key)
    if (deletedFrom !== undefined) deleteElements(original, deletedFrom, value)
    else if (value === null) delete original[key]
    else mergeField(original, key, value, shape)
  }
  return original
}

function obeyDirective(patch: JsonObject): JsonObject {
  const directive = patch[PATCH]
  if (directive === 'delete') return {}
  if (directive !== 'replace') throw badDirective(directive, patch)
  delete patch[PATCH]
  return patch
}

function mergeField(original: JsonObject, key: string, value: unknown, shape: Shape): void {
  const current = getOwn(original, key)
  const field = fieldOf(shape, key)
  if (isJsonObject(current) && isJsonObject(value)) {
    setOwn(original, key, strategyOf(field) === 'replace' ? value : mergeMap(current, value, shapeOf(field)))
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setOwn(original, key, strategyOf(field) === 'merge' ? mergeList(current, value, listRules(shape, key)) : value)
  } else {
    const plain = plainValue(value)
    if (plain.keep) setOwn(original, key, plain.value)
    else delete original[key]
  }
}

function listRules(shape: Shape, key: string): ListRules {
  const field = fieldOf(shape, key)
  const elements = shapeOf(field)
  return {
    field: key,
    mergeKey: field?.patchMergeKey,
    mergeElement: (element, patch) => mergeMap(element, patch, elements),
  }
}

function deleteElements(original: JsonObject, key: string, value: unknown): void {
  const current = getOwn(original, key)
  if (value === null) delete original[key]
  else if (Array.isArray(current) && Array.isArray(value)) {
    const deleted = new Set<unknown>(value)
    setOwn(
      original,
      key,
      current.filter((element) => !deleted.has(element)),
    )
  }
}

/** Lists with `$setElementOrder` are merged and ordered first, and taken out of the patch. */
function mergeOrderedLists(original: JsonObject, patch: JsonObject, shape: Shape): void {
  for (const [directive, order] of Object.entries(patch)) {
    const key = orderedField(directive)
    if (key === undefined) continue
    delete patch[directive]
    const current = getOwn(original, key)
    const changes = getOwn(patch, key)
    if (!Array.isArray(order) || !isListOrMissing(current) || !isListOrMissing(changes)) throw badSetElementOrder()
    const rules = listRules(shape, key)
    checkOrder(changes ?? [], order, rules.mergeKey, key)
    delete patch[key]
    if (current === undefined && changes === undefined) continue
    const added = current === undefined ? (plainValue(changes).value as unknown[]) : undefined
    const replaced = changes !== undefined && strategyOf(fieldOf(shape, key)) !== 'merge'
    const merged = mergeList(
      added ?? (replaced ? changes : current) ?? [],
      added || replaced ? [] : (changes ?? []),
      rules,
      order,
    )
    setOwn(original, key, merged)
  }
}

const isListOrMissing = (value: unknown): value is unknown[] | undefined => value === undefined || Array.isArray(value)
