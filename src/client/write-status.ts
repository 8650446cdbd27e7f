/** Writes a status, if it says anything new. */
import { isApiError, type KubeObject, type Resource } from '../api/index.ts'
import type { Client } from './client.ts'

/** Without a resourceVersion: one controller alone writes these, and a change of the spec meanwhile shows in
 *  observedGeneration. */
export async function writeStatus<T extends KubeObject & { status?: object | undefined }>(
  client: Client,
  resource: Resource<T>,
  object: T,
  status: NonNullable<T['status']>,
): Promise<void> {
  if (JSON.stringify(inOrder(status)) === JSON.stringify(inOrder(object.status))) return
  const { name, namespace, uid } = object.metadata
  const patch = { metadata: { uid }, status: { ...absentFields(object.status), ...status } }
  try {
    await client.patch(resource, { namespace, name }, patch, { subresource: 'status' })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

/** A merge patch leaves out-of-date fields alone unless they are null. */
const absentFields = (status: object | undefined) =>
  Object.fromEntries(Object.keys(status ?? {}).map((name) => [name, null]))

/** The same fields in the same order, so that two texts of the same status are the same. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, field]) => [name, inOrder(field)]))
}
