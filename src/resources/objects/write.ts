/** Makes an object of a Resource be as wished, writing only what differs, and never over what is not the Resource's. */
import { createHash } from 'node:crypto'
import { type BackingResource, covers, isApiError, keyOf, type KubeObject } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { ResourceFailure } from '../errors.ts'
import { resourceOf } from './kinds.ts'
import { isOwned, isUsable } from './owned.ts'

/** Who applies, as `metadata.managedFields` records it. */
const MANAGER = 'naru-resources'
/** Of the wish, so that a field which it no longer speaks of is noticed. */
const WISH_ANNOTATION = 'apps.naru.dev/wish'
const DIGEST_CHARACTERS = 16

export interface Wish {
  resource: BackingResource
  wished: KubeObject
  /** As the cache has it. */
  present: KubeObject | undefined
}

/** Throws ResourceFailure for what its author has to mend. */
export async function ensure(client: Client, { resource, wished, present: cached }: Wish): Promise<void> {
  const kind = resourceOf(wished)
  const present = cached ?? (await find(client, wished))
  if (present !== undefined && !isUsable(present, resource)) {
    const message = `${kind.kind} ${keyOf(present)} exists and was not made for this Resource; rename the Resource or delete the ${kind.kind}`
    throw new ResourceFailure('NameTaken', message)
  }
  const { annotations, ...metadata } = wished.metadata
  const marked = { ...wished, metadata: { ...metadata, annotations: { ...annotations, ...mark(wished) } } }
  if (present !== undefined && covers(present, marked) && isOwned(present, resource) === isOwned(wished, resource))
    return
  try {
    await client.patch(kind, wished.metadata, marked, { type: 'apply', fieldManager: MANAGER, force: true })
  } catch (error) {
    if (!isApiError(error, 'Invalid', 'BadRequest')) throw error
    throw new ResourceFailure('InvalidObject', error.message)
  }
}

/** A Secret's content is small, and a digest tells whoever guesses that he guessed right: it has none. */
function mark(wished: KubeObject): Record<string, string> {
  if (wished.kind === 'Secret') return {}
  const digest = createHash('sha256').update(JSON.stringify(wished)).digest('hex')
  return { [WISH_ANNOTATION]: digest.slice(0, DIGEST_CHARACTERS) }
}

/** An object that the cache does not show may exist all the same: without our label, or just made. */
async function find(client: Client, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await client.get(resourceOf(object), object.metadata)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
