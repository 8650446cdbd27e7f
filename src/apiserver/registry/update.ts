/** Changing an object: read, change, check, write if nobody else wrote meanwhile. */
import {
  apiError,
  apiVersionOf,
  cloneJson,
  conflict,
  invalid,
  notFound,
  OBJECT_MODIFIED,
  type ObjectRef,
  type Resource,
} from '../../api/index.ts'
import { type Entry, isStoreError } from '../../store/index.ts'
import type { AdmissionRequest } from '../admission/admission-request.ts'
import { type PartialWrite, type WrittenPart, writeNulls } from '../../api/machinery.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { checkNamespace, countGeneration, keepServerFields } from './metadata.ts'
import { isFinished, removeEntry } from './delete.ts'
import { hasStatus } from './create.ts'
import { encodeAs, encodeObject } from './object-text.ts'
import { sameJson } from './same-json.ts'
import { readStored, servedText, storedKey, toStored } from './stored-form.ts'
import type { Strategy } from './strategy.ts'
import { dropIdleTimes, mutateTracked } from './track-fields.ts'
import type { WriteContext } from './write-context.ts'

/** How often a change that names no resourceVersion is tried again when others write at the same time. */
const ATTEMPTS = 20

export interface UpdateOptions {
  /** Which part the change may touch. `all` is for subresources that set what clients cannot (`binding`, `finalize`). */
  part: WrittenPart
  context: WriteContext
}

/** Makes the wanted object from a copy of the current one; called anew after each lost race. The result's
 *  resourceVersion, when present, must be the current one. */
export type Change = (old: AnyObject) => AnyObject | Promise<AnyObject>

/** Returns the stored text; a change that changes nothing writes nothing. Throws ApiError `NotFound`, `Conflict`,
 *  `Invalid`, and what `change` throws. */
export async function updateObject(
  backend: Backend,
  resource: Resource,
  ref: ObjectRef,
  change: Change,
  options: UpdateOptions,
): Promise<string> {
  const key = storedKey(backend, resource, ref)
  for (let attempt = 1; ; attempt++) {
    const entry = await backend.store.get(key)
    if (entry === undefined) throw notFound(resource, ref.name)
    const old = await readStored(backend, resource, entry)
    const wanted = await change(cloneJson(old))
    // A version of 0 is that of anything, as in Go.
    const pinned = wanted.metadata.resourceVersion === '0' ? undefined : wanted.metadata.resourceVersion
    if (pinned && pinned !== String(entry.revision)) throw conflict(resource, ref.name, OBJECT_MODIFIED)
    try {
      return await updateOnce({ backend, resource, entry, old }, wanted, options)
    } catch (error) {
      if (isStoreError(error, 'notFound')) throw notFound(resource, ref.name)
      if (!isStoreError(error, 'conflict')) throw error
      if (pinned || attempt === ATTEMPTS) throw conflict(resource, ref.name, OBJECT_MODIFIED)
    }
  }
}

interface Current {
  backend: Backend
  resource: Resource
  entry: Entry
  /** What `entry` holds, as the resource has it. */
  old: AnyObject
}

async function updateOnce(current: Current, wanted: AnyObject, { part, context }: UpdateOptions): Promise<string> {
  const { backend, resource, entry, old } = current
  const model = backend.catalog.modelOf(resource)
  const { strategy } = model
  checkNamespace(wanted, old.metadata.namespace)
  const isolated = isolate(resource, wanted, old, part)
  keepServerFields(isolated, old)
  model.applyDefaults(isolated)
  const request: AdmissionRequest = {
    operation: 'UPDATE',
    resource,
    subresource: context.subresource,
    namespace: old.metadata.namespace,
    name: old.metadata.name,
    object: isolated,
    oldObject: old,
    context,
  }
  await mutateTracked(backend, request)
  const object = request.object ?? isolated
  if (part === 'spec') await strategy.prepareForUpdate?.(object, old, backend)
  if (part === 'status') {
    object.metadata = metadataWithStatus(object.metadata, old.metadata, strategy.statusKeeps ?? [])
    await strategy.prepareForStatus?.(object, old, backend, context)
  }
  if (isPartial(part)) strategy.prepareForPart?.[part]?.(object, old)
  // What the server sets through subresources of its own (a binding) is no change of what is asked for.
  if (part !== 'all') countGeneration(object, old, strategy)
  object.metadata.resourceVersion = String(entry.revision)
  const own = model.validate(object, old, part, context.warn)
  const errors = [...own, ...((await strategy.validate?.(object, old, context)) ?? [])]
  if (errors.length > 0) throw invalid(strategy.invalidKind ?? resource, object.metadata.name, errors)
  await strategy.admit?.(object, backend)
  await backend.admission.validate(request)
  return write(current, object, context)
}

async function write(current: Current, object: AnyObject, context: WriteContext): Promise<string> {
  const { backend, resource, entry, old } = current
  const model = backend.catalog.modelOf(resource)
  const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind }
  const reservation = model.strategy.reserve?.(object, old, backend)
  let written = false
  try {
    dropIdleTimes(object, old)
    // An empty list and none are the same null.
    writeNulls(object, typed)
    writeNulls(old, typed)
    if (sameJson({ ...object, apiVersion: old.apiVersion, kind: old.kind }, old))
      return await servedText(backend, resource, entry.value)
    if (context.dryRun) return encodeObject(resource, object, entry.revision)
    const finished = isFinished(object, model.strategy)
    const kept = await toStored(model, object)
    const text = finished
      ? await removeEntry(backend, resource, entry, kept)
      : (await backend.store.update(entry.key, entry.revision, (revision) => encodeAs(model.storage, kept, revision)))
          .value
    written = true
    return await servedText(backend, resource, text)
  } finally {
    if (written) reservation?.commit()
    else reservation?.undo()
  }
}

/** Of these the strategy puts the other parts back, after admission has seen them as they were sent. */
const isPartial = (part: WrittenPart): part is PartialWrite => part === 'ephemeralcontainers' || part === 'resize'

/** A write of one part keeps the other part as it was. */
function isolate(resource: Resource, wanted: AnyObject, old: AnyObject, part: UpdateOptions['part']): AnyObject {
  if (part === 'all' || isPartial(part) || (part === 'spec' && !hasStatus(resource))) return wanted
  if (part === 'spec') return withField(wanted, 'status', old.status)
  const object = withField(cloneJson(old), 'status', wanted.status)
  // What the kind keeps of it is put back when it is known who wanted to change it.
  object.metadata = wanted.metadata
  return object
}

type Metadata = AnyObject['metadata']

/** What the metadata is after a write of the status. */
function metadataWithStatus(wanted: Metadata, old: Metadata, keeps: NonNullable<Strategy['statusKeeps']>): Metadata {
  const { uid = old.uid, managedFields } = wanted
  const own = { ...(uid !== undefined && { uid }), ...(managedFields !== undefined && { managedFields }) }
  if (keeps === 'all') {
    const { managedFields: _managedFields, ...rest } = old
    return { ...rest, ...own }
  }
  const metadata: Metadata = { ...wanted, ...own }
  for (const field of keeps) {
    delete metadata[field]
    if (old[field] !== undefined) Object.assign(metadata, { [field]: old[field] })
  }
  return metadata
}

function withField(object: AnyObject, field: string, value: unknown): AnyObject {
  if (value === undefined) delete object[field]
  else object[field] = value
  return object
}

/** Throws ApiError `BadRequest` when the body names another object than the URL. */
export function checkName(object: AnyObject, name: string): void {
  if (!object.metadata.name)
    throw apiError(
      'BadRequest',
      `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
    )
  if (object.metadata.name !== name)
    throw apiError(
      'BadRequest',
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
    )
}
