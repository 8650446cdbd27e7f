/** Deleting an object: at once, or by marking it and waiting for its finalizers or its grace period.
 *  Source: k8s.io/apiserver v0.34, registry/rest (BeforeDelete) and registry/generic/registry (Store.Delete). */
import { apiError, conflict, notFound, type ObjectRef, type Resource } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { type Entry, isStoreError } from '../../store/index.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { objectKey } from './object-key.ts'
import { decodeEntry, encodeObject } from './object-text.ts'
import { sameJson } from './same-json.ts'
import { strategyFor } from './strategies/index.ts'
import type { DeleteOptions, Strategy } from './strategy.ts'

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
  options: DeleteOptions & { dryRun?: boolean },
): Promise<DeleteResult> {
  const key = objectKey(resource, ref)
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
  options: DeleteOptions & { dryRun?: boolean },
): Promise<DeleteResult> {
  const strategy = strategyFor(resource)
  const object = decodeEntry(entry)
  checkPreconditions(resource, object, options)
  strategy.checkDelete?.(object)
  const marked = mark(structuredClone(object), { strategy, options, nowMs: backend.clock.now() })
  const removed = isFinished(marked, strategy)
  if (removed) {
    const text = options.dryRun ? entry.value : await removeEntry(backend, resource, entry, marked)
    return { object: marked, text, removed }
  }
  if (options.dryRun) return { object: marked, text: encodeObject(resource, marked, entry.revision), removed }
  if (sameJson(marked, object)) return { object, text: entry.value, removed }
  const written = await backend.store.update(entry.key, entry.revision, (revision) =>
    encodeObject(resource, marked, revision),
  )
  return { object: marked, text: written.value, removed }
}

/** Removes what is stored as `entry`; watchers see `last` as its last state. Throws StoreError `conflict`, `notFound`. */
export async function removeEntry(
  backend: Backend,
  resource: Resource,
  entry: Entry,
  last: AnyObject,
): Promise<string> {
  const removed = await backend.store.delete(entry.key, entry.revision, (revision) =>
    encodeObject(resource, last, revision),
  )
  strategyFor(resource).afterDelete?.(decodeEntry(entry), backend)
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

function checkPreconditions(resource: Resource, object: AnyObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
    )
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    )
}

/** Sets the deletion marks. A second delete can only shorten the grace period. */
function mark(object: AnyObject, context: { strategy: Strategy; options: DeleteOptions; nowMs: number }): AnyObject {
  const { strategy, options, nowMs } = context
  const { metadata } = object
  const before = metadata.finalizers ?? []
  const finalizers = finalizersFor(before, options.propagationPolicy)
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
  metadata.deletionGracePeriodSeconds = grace
  if (metadata.generation !== undefined) metadata.generation += 1
  strategy.prepareForDelete?.(object)
  return object
}

function finalizersFor(current: readonly string[], policy: string | undefined): string[] {
  if (policy === undefined) return [...current]
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
