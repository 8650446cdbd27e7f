/** Creating an object: the order of steps is Kubernetes' (decode and default, stamp, strategy, validate, admit, write). */
import { alreadyExists, apiError, cloneJson, invalid, type Resource } from '../../api/index.ts'
import { isStoreError } from '../../store/index.ts'
import type { AdmissionRequest } from '../admission/admission-request.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { generateName, stampCreated, checkNamespace } from './metadata.ts'
import { encodeAs, encodeObject } from './object-text.ts'
import { mutateTracked } from './track-fields.ts'
import { servedText, storedKey, toStored } from './stored-form.ts'
import type { WriteContext } from './write-context.ts'

/** How often a generated name that is taken is replaced by another. Kubernetes' number. */
const NAME_ATTEMPTS = 8

export interface CreateOptions {
  namespace: string | undefined
  context: WriteContext
}

/** Writes a decoded object and returns its stored text. Throws ApiError `AlreadyExists`, `Invalid`, `NotFound` (no such
 *  namespace), `Forbidden`, `BadRequest`. Changes `object`. */
export async function createObject(
  backend: Backend,
  resource: Resource,
  object: AnyObject,
  options: CreateOptions,
): Promise<string> {
  const { metadata } = object
  // What is no version, or that of anything, is passed over.
  if (/^\d*[1-9]\d*$/.test(metadata.resourceVersion ?? ''))
    throw apiError('BadRequest', 'resourceVersion should not be set on objects to be created')
  checkNamespace(object, resource.namespaced ? options.namespace : undefined)
  const generated = !metadata.name && metadata.generateName ? metadata.generateName : undefined
  for (let attempt = 1; ; attempt++) {
    if (generated !== undefined) metadata.name = generateName(generated, backend)
    try {
      // Only a generated name is tried again, with the object as it was.
      return await createOnce(backend, resource, generated === undefined ? object : cloneJson(object), options)
    } catch (error) {
      if (!isStoreError(error, 'exists')) throw error
      if (generated === undefined || attempt === NAME_ATTEMPTS) throw alreadyExists(resource, metadata.name)
    }
  }
}

async function createOnce(
  backend: Backend,
  resource: Resource,
  decoded: AnyObject,
  { namespace, context }: CreateOptions,
): Promise<string> {
  const model = backend.catalog.modelOf(resource)
  const { strategy } = model
  stampCreated(decoded, { backend, namespace: resource.namespaced ? namespace : undefined, strategy })
  if (hasStatus(resource) && !strategy.keepsStatus) delete decoded.status
  model.applyDefaults(decoded)
  const request: AdmissionRequest = {
    operation: 'CREATE',
    resource,
    subresource: '',
    namespace: decoded.metadata.namespace,
    name: decoded.metadata.name,
    object: decoded,
    oldObject: undefined,
    context,
  }
  await mutateTracked(backend, request)
  const object = request.object ?? decoded
  await strategy.prepareForCreate?.(object, backend, context)
  const own = model.validate(object, undefined, 'spec', context.warn)
  const errors = [...own, ...((await strategy.validate?.(object, undefined, context)) ?? [])]
  if (errors.length > 0) throw invalid(strategy.invalidKind ?? resource, object.metadata.name ?? '', errors)
  await strategy.admit?.(object, backend)
  const admitted = backend.admission.validate(request)
  if (admitted !== undefined) await admitted
  return store(backend, resource, object, context)
}

async function store(backend: Backend, resource: Resource, object: AnyObject, context: WriteContext): Promise<string> {
  const model = backend.catalog.modelOf(resource)
  const key = storedKey(backend, resource, object.metadata)
  const reservation = model.strategy.reserve?.(object, undefined, backend)
  let written = false
  try {
    if (context.dryRun) {
      if ((await backend.store.get(key)) !== undefined) throw alreadyExists(resource, object.metadata.name)
      return encodeObject(resource, object, undefined)
    }
    const kept = await toStored(model, object)
    const entry = await backend.store.create(key, (revision) => encodeAs(model.storage, kept, revision))
    written = true
    return await servedText(backend, resource, entry.value)
  } finally {
    if (written) reservation?.commit()
    else reservation?.undo()
  }
}

export const hasStatus = (resource: Resource): boolean =>
  resource.subresources.some((subresource) => subresource.name === 'status')
