/** Makes objects of an App be as wished, writing only what differs, and never over what is not the app's. */
import { createHash } from 'node:crypto'
import { conflict, covers, isApiError, keyOf, type KubeObject, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { isOfNamesake, isOwned, type Owner } from './owned.ts'

/** Of the wish, so that a field which it no longer speaks of is noticed. */
const WISH_ANNOTATION = 'apps.naru.dev/wish'
const DIGEST_CHARACTERS = 16

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
  /** Fields of `spec` that the wish does not speak of are left as they are: others have a say in them. */
  isShared?: boolean
}

type WithSpec = KubeObject & { spec?: object | undefined }

/** Throws NameTakenError; ApiError `Conflict` for what an earlier App or release of the name has left, which is about to go. */
export async function ensure<T extends WithSpec>(client: Client, wish: Wish<T>): Promise<T> {
  const { owner, resource, present } = wish
  const wished = wish.isShared ? wish.wished : marked(wish.wished)
  const object = present ?? (await createOrGet(client, resource, wished))
  checkOwner(resource, object, owner)
  const { labels, annotations } = wished.metadata
  const isLabelled = covers(object.metadata.labels, labels) && covers(object.metadata.annotations, annotations)
  if (isLabelled && covers(object.spec, wished.spec)) return object
  const { uid, resourceVersion } = object.metadata
  if (wish.isShared)
    return client.patch(resource, object.metadata, {
      metadata: { uid, resourceVersion, labels, annotations },
      spec: wished.spec,
    })
  const metadata = {
    uid,
    resourceVersion,
    labels: { ...object.metadata.labels, ...labels },
    annotations: { ...object.metadata.annotations, ...annotations },
  }
  const changes = [
    ...Object.entries(metadata).map(([field, value]) => ({ op: 'add', path: `/metadata/${field}`, value })),
    { op: 'add', path: '/spec', value: wished.spec },
  ]
  return client.patch(resource, object.metadata, changes, { type: 'json' })
}

/** Throws as `ensure` does. */
export function checkOwner(resource: Resource, object: KubeObject, owner: Owner): void {
  if (isOwned(object, owner)) return
  const { name } = object.metadata
  if (isOfNamesake(object, owner))
    throw conflict(resource, name, 'it is of an earlier App of that name, and goes with it')
  throw new NameTakenError(resource, object)
}

function marked<T extends WithSpec>(wished: T): T {
  const digest = createHash('sha256').update(JSON.stringify(wished.spec)).digest('hex').slice(0, DIGEST_CHARACTERS)
  const annotations = { ...wished.metadata.annotations, [WISH_ANNOTATION]: digest }
  return { ...wished, metadata: { ...wished.metadata, annotations } }
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
