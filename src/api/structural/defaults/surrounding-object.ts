/** The smallest object in which a default stands in its place: so that rules of the whole object can be tried on it.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/defaulting/surroundingobject.go. */
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../../decode/index.ts'

/** Field names, and numbers for elements of lists. */
export type ValuePath = readonly (string | number)[]

/** Undefined when the outermost would not be an object. */
export function surround(value: unknown, path: ValuePath): JsonObject | undefined {
  const outer = path.reduceRight<unknown>((inner, step) => {
    if (typeof step === 'number') return [inner]
    const object: JsonObject = {}
    setOwn(object, step, inner)
    return object
  }, value)
  return isJsonObject(outer) ? outer : undefined
}

/** What stands in the place now; undefined when something on the way is gone. */
export function valueAt(object: JsonObject, path: ValuePath): unknown {
  let value: unknown = object
  for (const step of path)
    value = Array.isArray(value) ? value[0] : isJsonObject(value) ? getOwn(value, String(step)) : undefined
  return value
}
