/** Objects as the store keeps them and as clients get them: the same JSON text, so that nothing is parsed to be sent. */
import { apiVersionOf, type Resource } from '../../api/index.ts'
import { dropNulls, parseJson, writeNulls } from '../../api/machinery.ts'
import type { Entry } from '../../store/index.ts'
import type { AnyObject } from './any-object.ts'

/** The text of `object` as revision `revision`; `undefined` leaves the resourceVersion out (a dry run's new object). */
export function encodeObject(resource: Resource, object: AnyObject, revision: number | undefined): string {
  return encodeAs({ apiVersion: apiVersionOf(resource), kind: resource.kind }, object, revision)
}

/** As `encodeObject`, with the version and kind that are to be kept. `apiVersion` always comes first. What Go writes as
 *  null is null in the object, too, afterwards. */
export function encodeAs(
  { apiVersion, kind }: { apiVersion: string; kind: string },
  object: AnyObject,
  revision: number | undefined,
): string {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object
  const { resourceVersion: _resourceVersion, ...meta } = metadata
  writeNulls(rest, { apiVersion, kind })
  return JSON.stringify({
    apiVersion,
    kind,
    metadata: revision === undefined ? meta : { ...meta, resourceVersion: String(revision) },
    ...rest,
  })
}

/** A fresh copy that the caller may change, without the nulls that Go writes for what is empty. */
export function decodeText(text: string): AnyObject {
  const object = parseJson(text) as AnyObject
  if (text.includes(':null')) dropNulls(object, object)
  return object
}

export const decodeEntry = ({ value }: Entry): AnyObject => decodeText(value)
