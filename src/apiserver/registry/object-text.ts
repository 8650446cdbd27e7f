/** Objects as the store keeps them and as clients get them: the same JSON text, so that nothing is parsed to be sent. */
import { apiVersionOf, type Resource } from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import type { Entry } from '../../store/index.ts'
import type { AnyObject } from './any-object.ts'

/** The text of `object` as revision `revision`; `undefined` leaves the resourceVersion out (a dry run's new object). */
export function encodeObject(resource: Resource, object: AnyObject, revision: number | undefined): string {
  return encodeAs({ apiVersion: apiVersionOf(resource), kind: resource.kind }, object, revision)
}

/** As `encodeObject`, with the version and kind that are to be kept. `apiVersion` always comes first. */
export function encodeAs(
  { apiVersion, kind }: { apiVersion: string; kind: string },
  object: AnyObject,
  revision: number | undefined,
): string {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object
  const { resourceVersion: _resourceVersion, ...meta } = metadata
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: revision === undefined ? meta : { ...meta, resourceVersion: String(revision) },
    ...rest,
  })
}

/** A fresh copy that the caller may change. */
export function decodeEntry(entry: Entry): AnyObject {
  return parseJson(entry.value) as AnyObject
}
