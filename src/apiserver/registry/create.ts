/** Creating an object: the order of steps is Kubernetes' (decode and default, stamp, strategy, validate, admit, write). */
import { alreadyExists, apiError, applyDefaults, invalid, type Resource, validateObject } from '../../api/index.ts'
import { isStoreError } from '../../store/index.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { generateName, stampCreated, checkNamespace } from './metadata.ts'
import { checkNamespaceOpen } from './namespace-lifecycle.ts'
import { objectKey } from './object-key.ts'
import { encodeObject } from './object-text.ts'
import { strategyFor } from './strategies/index.ts'

/** How often a generated name that is taken is replaced by another. Kubernetes' number. */
const NAME_ATTEMPTS = 8

export interface CreateOptions {
  namespace: string | undefined
  dryRun?: boolean
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
  if (metadata.resourceVersion)
    throw apiError('BadRequest', 'resourceVersion should not be set on objects to be created')
  checkNamespace(object, resource.namespaced ? options.namespace : undefined)
  const generated = !metadata.name && metadata.generateName ? metadata.generateName : undefined
  for (let attempt = 1; ; attempt++) {
    if (generated !== undefined) metadata.name = generateName(generated, backend)
    try {
      return await createOnce(backend, resource, structuredClone(object), options)
    } catch (error) {
      if (!isStoreError(error, 'exists')) throw error
      if (generated === undefined || attempt === NAME_ATTEMPTS) throw alreadyExists(resource, metadata.name)
    }
  }
}

async function createOnce(
  backend: Backend,
  resource: Resource,
  object: AnyObject,
  options: CreateOptions,
): Promise<string> {
  const strategy = strategyFor(resource)
  stampCreated(object, { backend, namespace: resource.namespaced ? options.namespace : undefined, strategy })
  if (hasStatus(resource)) delete object.status
  applyDefaults(resource, object)
  await strategy.prepareForCreate?.(object, backend)
  const errors = validateObject(resource, object)
  if (errors.length > 0) throw invalid(resource, object.metadata.name ?? '', errors)
  if (resource.namespaced) await checkNamespaceOpen(backend, resource, object)
  await strategy.admit?.(object, backend)

  const key = objectKey(resource, object.metadata)
  const reservation = strategy.reserve?.(object, undefined, backend)
  let written = false
  try {
    if (options.dryRun) {
      if ((await backend.store.get(key)) !== undefined) throw alreadyExists(resource, object.metadata.name)
      return encodeObject(resource, object, undefined)
    }
    const entry = await backend.store.create(key, (revision) => encodeObject(resource, object, revision))
    written = true
    return entry.value
  } finally {
    if (written) reservation?.commit()
    else reservation?.undo()
  }
}

export const hasStatus = (resource: Resource): boolean =>
  resource.subresources.some((subresource) => subresource.name === 'status')
