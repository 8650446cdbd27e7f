/** Metadata apart from the kind it belongs to: of custom resources and of objects inside them.
 *  Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/schema/objectmeta/coerce.go. */
import { errorMessage } from '../../lib/index.ts'
import type { ObjectMeta } from '../generated/types.ts'
import { schemaNamed } from '../schema/index.ts'
import { DecodeError, decodeFields, newContext } from './decode-value.ts'
import { isJsonObject, type JsonObject, jsonTypeName } from './json-value.ts'

export type DecodedMetadata =
  | { ok: true; metadata: Partial<ObjectMeta>; unknown: string[] }
  /** Worded as Go's JSON reader words it. */
  | { ok: false; error: string }

/** `path` leads to the metadata; the paths of unknown fields begin with it. With `dropInvalid`, fields of the wrong type
 *  are left out. */
export function decodeMetadata(value: unknown, path: string, options: { dropInvalid?: boolean } = {}): DecodedMetadata {
  if (value === null) return { ok: true, metadata: {}, unknown: [] }
  if (!isJsonObject(value))
    return { ok: false, error: `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type v1.ObjectMeta` }
  const whole = attempt(value, path)
  if (whole.ok || options.dropInvalid !== true) return whole
  const parts = Object.entries(value).map(([field, inner]) => attempt({ [field]: inner }, path))
  const valid = parts.filter((part) => part.ok)
  return {
    ok: true,
    metadata: Object.assign({}, ...valid.map((part) => part.metadata)) as Partial<ObjectMeta>,
    unknown: valid.flatMap((part) => part.unknown),
  }
}

function attempt(value: JsonObject, path: string): DecodedMetadata {
  const context = newContext()
  if (path !== '') context.at.push(path)
  try {
    return { ok: true, metadata: decodeFields(schemaNamed('ObjectMeta'), value, context), unknown: context.unknown }
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, error: errorMessage(error) }
    throw error
  }
}
