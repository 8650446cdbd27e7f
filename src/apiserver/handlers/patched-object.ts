/** What a patch made of an object, as the kind has it. Source, also of the words: k8s.io/apiserver v0.34,
 *  endpoints/handlers/patch.go (jsonPatcher, smpPatcher). */
import { type ApiError, apiVersionOf, invalid, isApiError, isJsonObject, type Resource } from '../../api/index.ts'
import { applyPatch, type DecodedObject, goFormat } from '../../api/machinery.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import { fieldValidationOf } from './parameters.ts'
import type { SentPatch } from './read-patch.ts'

interface Patched {
  resource: Pick<Resource, 'group' | 'version' | 'kind'>
  model: Pick<KindModel, 'decode' | 'strategicMerge'>
  query: URLSearchParams
  warn: (text: string) => void
}

/** The patched object; `old` is not changed. Throws ApiError `BadRequest` for what is no patch, and `Invalid` for one that
 *  does not apply or whose result is no object of the kind. */
export function patchedObject(old: unknown, sent: SentPatch, { resource, model, query, warn }: Patched): AnyObject {
  const validation = fieldValidationOf(query)
  const patched = ownKind(applyPatch(sent.type, resource, old, sent.patch), sent, { resource, model })
  const refuse = (why: string) => invalidPatch(sent, patched, why)
  const { object, warnings } = decoded(patched, { resource, model, refuse, ignore: validation === 'Ignore' })
  const problems = [...sent.duplicates, ...warnings]
  if (validation === 'Strict' && problems.length > 0) throw refuse(`strict decoding error: ${problems.join(', ')}`)
  problems.forEach(warn)
  return object as AnyObject
}

function decoded(
  patched: unknown,
  { resource, model, refuse, ignore }: Pick<Patched, 'resource' | 'model'> & { refuse: Refuse; ignore: boolean },
): DecodedObject {
  try {
    return model.decode(patched, { fieldValidation: ignore ? 'Ignore' : 'Warn' })
  } catch (error) {
    if (!isApiError(error, 'BadRequest')) throw error
    const { kind, version } = resource
    const prefix = `${kind} in version "${version}" cannot be handled as a ${kind}: `
    if (!error.message.startsWith(prefix)) throw error
    throw refuse(error.message.slice(prefix.length))
  }
}

type Refuse = (why: string) => ApiError

const invalidPatch = ({ type, patch }: SentPatch, patched: unknown, why: string): ApiError => {
  const shown = type === 'strategic' ? goFormat(patch) : JSON.stringify(patched)
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`
  return invalid({ group: '', kind: '' }, '', [{ type: 'FieldValueInvalid', field: 'patch', message }])
}

/** A strategic merge patch cannot make an object one of another kind; the others are refused. */
function ownKind(patched: unknown, sent: SentPatch, { resource, model }: Pick<Patched, 'resource' | 'model'>): unknown {
  if (!model.strategicMerge || !isJsonObject(patched)) return patched
  const own = { apiVersion: apiVersionOf(resource), kind: resource.kind }
  if (sent.type === 'strategic') return { ...patched, ...own }
  const { apiVersion = own.apiVersion, kind = own.kind } = patched
  if (apiVersion === own.apiVersion && kind === own.kind) return patched
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return patched
  const why = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`
  throw invalidPatch(sent, patched, `${why} in scheme "pkg/runtime/scheme.go:110"`)
}
