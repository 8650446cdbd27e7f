/** What a Resource has that was made by chance: made once, kept apart in a Secret of its own, and never made anew. */
import { randomInt } from 'node:crypto'
import { type BackingResource, isApiError, type k8s, keyOf, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { ResourceFailure } from '../errors.ts'
import { isUsable, ownedMetadata } from './owned.ts'

/** Letters and digits alone: they stand in URLs, configuration files and command lines as they are. 190 bits. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

export const randomSecret = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

export const secretsName = ({ metadata }: BackingResource): string => `${metadata.name}-secrets`

export interface SecretsWish {
  resource: BackingResource
  names: readonly string[]
  /** Whether it outlives the Resource. */
  isRetained: boolean
  newSecret: () => string
}

/** By name. Asks the server, not a cache: one that is behind would give a database a second password. Throws
 *  ResourceFailure. */
export async function ensureSecrets(client: Client, wish: SecretsWish): Promise<Readonly<Record<string, string>>> {
  const { resource, names, isRetained, newSecret } = wish
  if (names.length === 0) return {}
  const { ownerReferences = [], ...metadata } = ownedMetadata(resource, secretsName(resource))
  const owners = isRetained ? [] : ownerReferences
  const present = await find(client, metadata)
  if (present !== undefined && !isUsable(present, resource))
    throw new ResourceFailure('NameTaken', `Secret ${keyOf(present)} exists and was not made for this Resource`)
  const missing = names.filter((name) => present?.data?.[name] === undefined)
  const data = Object.fromEntries(missing.map((name) => [name, Buffer.from(newSecret()).toString('base64')]))
  if (present === undefined) {
    const made: k8s.Secret = { metadata: { ...metadata, ownerReferences: owners }, type: 'Opaque', data }
    return decoded(await client.create(resources.secrets, made), names)
  }
  const ownersNow = present.metadata.ownerReferences ?? []
  if (missing.length === 0 && ownersNow[0]?.uid === owners[0]?.uid) return decoded(present, names)
  const { resourceVersion, uid } = present.metadata
  const patch = { metadata: { resourceVersion, uid, ownerReferences: owners }, data }
  return decoded(await client.patch(resources.secrets, metadata, patch), names)
}

const decoded = ({ data }: k8s.Secret, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, Buffer.from(data?.[name] ?? '', 'base64').toString()]))

async function find(client: Client, ref: k8s.ObjectMeta): Promise<k8s.Secret | undefined> {
  try {
    return await client.get(resources.secrets, ref)
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
