/** Storage in use does not go: a finalizer holds it until nobody needs it. Admission puts it on what is new.
 *  Source: kubernetes v1.34, pkg/controller/volume/{pvcprotection,pvprotection}. */
import { isApiError, type KubeObject, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'

export interface Protection<T extends KubeObject> {
  client: Client
  resource: Resource<T>
  finalizer: string
  isUsed: (object: T) => boolean | Promise<boolean>
}

export async function protect<T extends KubeObject>(protection: Protection<T>, object: T): Promise<void> {
  const { client, resource, finalizer, isUsed } = protection
  const { metadata } = object
  const present = metadata.finalizers ?? []
  const isDeleting = metadata.deletionTimestamp !== undefined
  const isHeld = present.includes(finalizer)
  if (isDeleting !== isHeld || (isDeleting && (await isUsed(object)))) return
  const finalizers = isHeld ? present.filter((one) => one !== finalizer) : [...present, finalizer]
  try {
    await client.update(resource, { ...object, metadata: { ...metadata, finalizers } })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
