/** Makes objects of an App be as wished, writing only what differs, and never over what is not the app's. */
import { covers, isApiError, keyOf, type KubeObject, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { isOwned, type Owner } from './owned.ts'

/** An object of that name exists and is not the app's: nothing was written over it. */
export class NameTakenError extends Error {
  override name = 'NameTakenError'

  constructor(resource: Resource, object: KubeObject) {
    super(
      `${resource.kind} ${keyOf(object)} exists and was not made for this App; rename the App or delete the ${resource.kind}`,
    )
  }
}

export interface Wish<T extends KubeObject> {
  owner: Owner
  resource: Resource<T>
  wished: T
  /** As the cache has it. */
  present: T | undefined
}

type WithSpec = KubeObject & { spec?: object | undefined }

/** Fields of `spec` that the wish does not speak of are left as they are. Throws NameTakenError. */
export async function ensure<T extends WithSpec>(
  client: Client,
  { owner, resource, wished, present }: Wish<T>,
): Promise<T> {
  const object = present ?? (await createOrGet(client, resource, wished))
  if (!isOwned(object, owner)) throw new NameTakenError(resource, object)
  const { labels, annotations } = wished.metadata
  const isMarked = covers(object.metadata.labels, labels) && covers(object.metadata.annotations, annotations)
  if (isMarked && covers(object.spec, wished.spec)) return object
  return client.patch(resource, object.metadata, {
    metadata: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion, labels, annotations },
    spec: wished.spec,
  })
}

/** An object that the cache does not show may exist all the same: without our label, or just made. */
async function createOrGet<T extends KubeObject>(client: Client, resource: Resource<T>, wished: T): Promise<T> {
  try {
    return await client.create(resource, wished)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    return client.get(resource, wished.metadata)
  }
}

/** Deletes what is the app's and no longer wished for. */
export async function remove<T extends KubeObject>(
  client: Client,
  { owner, resource, present }: { owner: Owner; resource: Resource<T>; present: T | undefined },
): Promise<void> {
  if (present === undefined || !isOwned(present, owner) || present.metadata.deletionTimestamp !== undefined) return
  try {
    await client.delete(resource, present.metadata, {
      propagationPolicy: 'Background',
      ...(present.metadata.uid !== undefined && { preconditions: { uid: present.metadata.uid } }),
    })
  } catch (error) {
    if (!isApiError(error, 'NotFound', 'Conflict')) throw error
  }
}
