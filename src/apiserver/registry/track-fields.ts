/** `metadata.managedFields` on writes: who owns what of the object as it was sent, with defaults, before plugins and the
 *  kind's strategy change it. Source: k8s.io/apiserver v0.34, pkg/endpoints/handlers (create.go, update.go,
 *  fieldmanager/admission.go, fieldmanager/equality.go). */
import { apiVersionOf } from '../../api/index.ts'
import { type FieldFilter, sameButTimes, soundManagedFields, trackUpdate } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { AdmissionRequest } from '../admission/admission-request.ts'
import type { Backend } from '../server/context.ts'
import type { AnyObject } from './any-object.ts'
import { ownableFields } from './ownable-fields.ts'
import { sameJson } from './same-json.ts'
import { withConversions } from './with-conversions.ts'

/** Records the write, and lets the mutating plugins change its object. They may set other owners, but not spoil them. */
export async function mutateTracked(backend: Backend, request: AdmissionRequest): Promise<void> {
  const tracked = trackFields(backend, request)
  if (tracked !== undefined) await tracked
  const before = request.object?.metadata.managedFields
  const mutated = backend.admission.mutate(request)
  if (mutated !== undefined) await mutated
  const after = request.object?.metadata.managedFields
  if (after === before || request.object === undefined) return
  if (!sameJson(after, before) && !soundManagedFields(after)) setManagedFields(request.object, before)
}

function trackFields(
  backend: Backend,
  { resource, subresource, object, oldObject, context }: AdmissionRequest,
): void | Promise<void> {
  const { fieldManager } = context
  if (fieldManager === undefined || object === undefined) return
  const { type, versions } = backend.catalog.modelOf(resource)
  const tracked = withConversions(versions, (known) => {
    const copy = { ...object, metadata: { ...object.metadata } }
    trackUpdate(oldObject, copy, {
      type,
      apiVersion: apiVersionOf(resource),
      manager: fieldManager,
      subresource,
      time: toKubernetesTime(backend.clock.now()),
      filter: filterOf(resource, subresource),
      ...(known && { versions: known }),
    })
    return copy.metadata.managedFields
  })
  if (tracked instanceof Promise) return tracked.then((entries) => setManagedFields(object, entries))
  setManagedFields(object, tracked)
}

/** What of a write to the subresource its writer may own. */
export const filterOf = (resource: AdmissionRequest['resource'], subresource: string): FieldFilter =>
  ownableFields(resource, subresource)

/** `undefined` leaves the field out. */
export function setManagedFields(object: AnyObject, entries: AnyObject['metadata']['managedFields']): void {
  if (entries === undefined) delete object.metadata.managedFields
  else object.metadata.managedFields = entries
}

/** A write that changes nothing but when something was last owned is none: the former times stay. */
export function dropIdleTimes(object: AnyObject, old: AnyObject): void {
  const { managedFields } = object.metadata
  const before = old.metadata.managedFields
  if (managedFields === before || managedFields === undefined || !sameButTimes(managedFields, before)) return
  const same = { ...object, apiVersion: old.apiVersion, kind: old.kind }
  if (sameJson({ ...same, metadata: { ...object.metadata, managedFields: before } }, old))
    setManagedFields(object, before)
}
