/** The same object in the form of an equivalent resource: webhooks and policies see the version that they name. */
import { apiVersionOf, type Resource } from '../../../api/index.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { Backend } from '../../server/context.ts'

/** `object` itself when both are the same resource. */
export async function convertObject(
  object: AnyObject,
  { from, to }: { from: Resource; to: Resource },
  { catalog }: Pick<Backend, 'catalog'>,
): Promise<AnyObject> {
  if (from.group === to.group && from.version === to.version && from.plural === to.plural) return object
  // What subresources speak of is the same in all versions.
  if (object.kind !== undefined && object.kind !== from.kind) return object
  const [source, target] = [catalog.modelOf(from), catalog.modelOf(to)]
  const kept = (await source.conversion?.toStored(object)) ?? object
  const { apiVersion, kind } = source.storage
  const [converted] = (await target.conversion?.fromStored([{ ...kept, apiVersion, kind }])) ?? [kept]
  return { ...(converted ?? kept), apiVersion: apiVersionOf(to), kind: to.kind }
}
