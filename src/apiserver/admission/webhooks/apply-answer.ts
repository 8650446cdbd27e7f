/** What a mutating webhook makes of an object. Its patch is as little trusted as a client's body: the result is decoded,
 *  defaulted and, later, validated, and what the server owns stays as it was. */
import { apiError, isApiError } from '../../../api/index.ts'
import { applyPatch } from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import { hasStatus } from '../../registry/create.ts'
import { sameJson } from '../../registry/same-json.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { convertObject, type Shown } from '../matching/index.ts'
import { internalError } from './refusal.ts'

/** Puts the patched object into the request. Returns whether it differs from what it was. Throws ApiError. */
export async function applyAnswer(
  backend: Backend,
  request: AdmissionRequest,
  { shown, patch, webhook }: { shown: Shown; patch: unknown; webhook: string },
): Promise<boolean> {
  const before = request.object
  if (shown.object === undefined || before === undefined)
    throw internalError(
      `admission webhook ${JSON.stringify(webhook)} attempted to modify the object, which is not supported for this operation`,
    )
  if (before.kind !== undefined && before.kind !== request.resource.kind) {
    // A kind of its own: whoever reads it looks at it as at a client's body.
    request.object = patchedValue(shown, patch) as AnyObject
    return !sameJson(request.object, before)
  }
  const patched = decoded(backend, shown, patch)
  const way = { from: shown.resource, to: request.resource }
  const object = keepServersOwn(await convertObject(patched, way, backend), before, request)
  request.object = object
  return !sameJson(object, before)
}

function patchedValue({ resource, object }: Shown, patch: unknown): unknown {
  try {
    return applyPatch('json', resource, object, patch)
  } catch (error) {
    if (!isApiError(error)) throw error
    // Clients are not told why a patch of theirs does not apply; here it is another's.
    throw internalError(error.cause instanceof Error ? error.cause.message : error.message, error)
  }
}

function decoded(backend: Backend, shown: Shown, patch: unknown): AnyObject {
  const model = backend.catalog.modelOf(shown.resource)
  const value = patchedValue(shown, patch)
  try {
    const patched = model.decode(value, { fieldValidation: 'Ignore' }).object as AnyObject
    model.applyDefaults(patched)
    return patched
  } catch (error) {
    throw isApiError(error) ? internalError(error.message, error) : error
  }
}

const OWNED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'resourceVersion',
  'selfLink',
] as const

function keepServersOwn(object: AnyObject, before: AnyObject, { resource, subresource }: AdmissionRequest): AnyObject {
  if ((object.metadata.namespace ?? '') !== (before.metadata.namespace ?? ''))
    throw apiError(
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  if (subresource === 'status') return { ...before, status: object.status }
  for (const field of OWNED) {
    const value = before.metadata[field]
    if (value === undefined) delete object.metadata[field]
    else Object.assign(object.metadata, { [field]: value })
  }
  if (!hasStatus(resource)) return object
  if (before.status === undefined) delete object.status
  else object.status = before.status
  return object
}
