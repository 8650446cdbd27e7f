/** Deleting an object: at once, or by marking it and waiting for its finalizers or its grace period.
 *  Source: k8s.io/apiserver v0.34, registry/rest (BeforeDelete) and registry/generic/registry (Store.Delete). */
import { apiError, cloneJson, conflict, notFound, type ObjectRef, type Resource } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { type Entry, isStoreError } from '../../store/index.ts'
import type { AdmissionRequest } from '../admission/admission-request.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { decodeEntry, encodeAs, encodeObject } from './object-text.ts'
import { sameJson } from './same-json.ts'
import { readStored, servedText, storedKey, toStored } from './stored-form.ts'
import type { DeleteOptions, Strategy } from './strategy.ts'
import type { WriteContext } from './write-context.ts'

const ATTEMPTS = 20
const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

export interface DeleteResult {
  object: AnyObject
  /** The object's text: its last state when `removed`, else the marked one. */
  text: string
  removed: boolean
}

/** Throws ApiError `NotFound`, `Conflict` (preconditions), `Forbidden`. */
export async function deleteObject(
  backend: Backend,
  resource: Resource,
  ref: ObjectRef,
  options: DeleteOptions & { context: WriteContext },
): Promise<DeleteResult> {
  const key = storedKey(backend, resource, ref)
  for (let attempt = 1; ; attempt++) {
    const entry = await backend.store.get(key)
    if (entry === undefined) throw notFound(resource, ref.name)
    try {
      return await deleteOnce(backend, resource, entry, options)
    } catch (error) {
      if (isStoreError(error, 'notFound')) throw notFound(resource, ref.name)
      if (!isStoreError(error, 'conflict') || attempt === ATTEMPTS) throw error
    }
  }
}

async function deleteOnce(
  backend: Backend,
  resource: Resource,
  entry: Entry,
  options: DeleteOptions & { context: WriteContext },
): Promise<DeleteResult> {
  const model = backend.catalog.modelOf(resource)
  const { strategy } = model
  const { context } = options
  const object = await readStored(backend, resource, entry)
  checkPreconditions(resource, object, options)
  strategy.checkDelete?.(object)
  const deletion = deletionOf(resource, object, context)
  await backend.admission.mutate(deletion)
  await backend.admission.validate(deletion)
  if (options.propagationPolicy === undefined && typeof strategy.orphansByDefault === 'string')
    context.warn(strategy.orphansByDefault)
  const marked = mark(cloneJson(object), { strategy, options, nowMs: backend.clock.now() })
  const removed = isFinished(marked, strategy)
  // What goes at once was never being deleted.
  const last = removed && strategy.gracePeriodSeconds === undefined ? object : marked
  if (context.dryRun || (!removed && sameJson(marked, object))) {
    const changed = context.dryRun && !removed
    const text = changed ? encodeObject(resource, marked, entry.revision) : entry.value
    return { object: last, text: await servedText(backend, resource, text), removed }
  }
  const kept = await toStored(model, last)
  const text = removed
    ? await removeEntry(backend, resource, entry, kept)
    : (await backend.store.update(entry.key, entry.revision, (revision) => encodeAs(model.storage, kept, revision)))
        .value
  return { object: last, text: await servedText(backend, resource, text), removed }
}

function deletionOf(resource: Resource, object: AnyObject, context: WriteContext): AdmissionRequest {
  const { namespace, name } = object.metadata
  return {
    operation: 'DELETE',
    resource,
    subresource: context.subresource,
    namespace,
    name,
    object: undefined,
    oldObject: object,
    context,
  }
}

/** Removes what is stored as `entry`; watchers see `last` (in the form it is kept in) as its last state. Throws StoreError `conflict`, `notFound`. */
export async function removeEntry(
  backend: Backend,
  resource: Resource,
  entry: Entry,
  last: AnyObject,
): Promise<string> {
  const model = backend.catalog.modelOf(resource)
  const removed = await backend.store.delete(entry.key, entry.revision, (revision) =>
    encodeAs(model.storage, last, revision),
  )
  model.strategy.afterDelete?.(decodeEntry(entry), backend)
  return removed.value
}

/** Whether an object that is being deleted has nothing left to wait for. */
export function isFinished(object: AnyObject, strategy: Strategy): boolean {
  const { metadata } = object
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0 &&
    !strategy.heldBy?.(object)
  )
}

/** Source: k8s.io/apiserver v0.34, registry/rest/delete.go (BeforeDelete), which names the kind where others name the
 *  resource. */
export function checkPreconditions(
  { group, kind }: Resource,
  { metadata }: AnyObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = metadata
  const refuse = (why: string) => conflict({ group, plural: kind }, metadata.name, why)
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw refuse(
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    )
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw refuse(
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    )
}

/** Sets the deletion marks. A second delete can only shorten the grace period. */
function mark(object: AnyObject, context: { strategy: Strategy; options: DeleteOptions; nowMs: number }): AnyObject {
  const { strategy, options, nowMs } = context
  const { metadata } = object
  const before = metadata.finalizers ?? []
  const finalizers = finalizersFor(before, options.propagationPolicy, strategy)
  if (finalizers.length > 0) metadata.finalizers = finalizers
  else delete metadata.finalizers

  const grace = strategy.gracePeriodSeconds?.(object, options) ?? 0
  if (metadata.deletionTimestamp !== undefined) {
    const current = metadata.deletionGracePeriodSeconds ?? 0
    if (options.gracePeriodSeconds === undefined || grace >= current) return object
    const startedMs = Date.parse(metadata.deletionTimestamp) - current * 1000
    metadata.deletionTimestamp = toKubernetesTime(startedMs + grace * 1000)
    metadata.deletionGracePeriodSeconds = grace
    return object
  }
  metadata.deletionTimestamp = toKubernetesTime(nowMs + grace * 1000)
  if (!strategy.marksOnlyTime) {
    metadata.deletionGracePeriodSeconds = grace
    if (metadata.generation !== undefined) metadata.generation += 1
  }
  strategy.prepareForDelete?.(object)
  return object
}

function finalizersFor(
  current: readonly string[],
  policy: string | undefined,
  { orphansByDefault }: Strategy,
): string[] {
  if (policy === undefined) {
    const isDecided = current.includes(ORPHAN) || current.includes(FOREGROUND)
    return orphansByDefault === undefined || isDecided ? [...current] : [...current, ORPHAN]
  }
  const others = current.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND)
  switch (policy) {
    case 'Orphan':
      return [...others, ORPHAN]
    case 'Foreground':
      return [...others, FOREGROUND]
    case 'Background':
      return others
    default:
      throw apiError(
        'BadRequest',
        `invalid propagationPolicy ${JSON.stringify(policy)}: it must be Orphan, Background or Foreground`,
      )
  }
}
