/** JSON merge patch. Source: RFC 7386. */
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../decode/index.ts'

/** A new value; neither argument is changed, and the result may share parts of both. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch
  const result: JsonObject = {}
  if (isJsonObject(target)) for (const [key, value] of Object.entries(target)) setOwn(result, key, value)
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else setOwn(result, key, applyMergePatch(getOwn(result, key), value))
  }
  return result
}
