/** What a Resource has that was made by chance: made once, kept apart in a Secret of its own, and never made anew. */
import { randomInt } from 'node:crypto'
import { type BackingResource, isApiError, type k8s, keyOf, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { ResourceFailure } from '../errors.ts'
import { isUsable, ownedMetadata } from './owned.ts'

/** Letters and digits alone: they stand in URLs, configuration files and command lines as they are. 190 bits. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const LENGTH = 32

/** The fixed parameters, as JSON. */
const FIXED_ANNOTATION = 'apps.naru.dev/fixed-params'

export const randomSecret = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

export const secretsName = ({ metadata }: BackingResource): string => `${metadata.name}-secrets`

export interface SecretsWish {
  resource: BackingResource
  names: readonly string[]
  /** Parameters that may not change from now on: the first start was told the secrets and these. */
  fixed: Readonly<Record<string, unknown>>
  /** Whether it outlives the Resource. */
  isRetained: boolean
  newSecret: () => string
}

/** By name. Asks the server, not a cache: one that is behind would give a database a second password. Throws
 *  ResourceFailure. */
export async function ensureSecrets(client: Client, wish: SecretsWish): Promise<Readonly<Record<string, string>>> {
  const { resource, names, fixed, isRetained, newSecret } = wish
  if (names.length === 0) return {}
  const { ownerReferences = [], ...metadata } = ownedMetadata(resource, secretsName(resource))
  const owners = isRetained ? [] : ownerReferences
  const present = await find(client, metadata)
  if (present !== undefined && !isUsable(present, resource))
    throw new ResourceFailure('NameTaken', `Secret ${keyOf(present)} exists and was not made for this Resource`)
  if (present !== undefined) checkFixed(present, fixed)
  const missing = names.filter((name) => present?.data?.[name] === undefined)
  const data = Object.fromEntries(missing.map((name) => [name, Buffer.from(newSecret()).toString('base64')]))
  if (present === undefined) {
    const annotations = { [FIXED_ANNOTATION]: JSON.stringify(fixed) }
    const made: k8s.Secret = { metadata: { ...metadata, annotations, ownerReferences: owners }, type: 'Opaque', data }
    return decoded(await client.create(resources.secrets, made), names)
  }
  const ownersNow = present.metadata.ownerReferences ?? []
  if (missing.length === 0 && ownersNow[0]?.uid === owners[0]?.uid) return decoded(present, names)
  const { resourceVersion, uid } = present.metadata
  const patch = { metadata: { resourceVersion, uid, ownerReferences: owners }, data }
  return decoded(await client.patch(resources.secrets, metadata, patch), names)
}

function checkFixed({ metadata }: k8s.Secret, fixed: SecretsWish['fixed']): void {
  const before = JSON.parse(metadata.annotations?.[FIXED_ANNOTATION] ?? '{}') as SecretsWish['fixed']
  for (const [name, value] of Object.entries(fixed)) {
    if (!Object.hasOwn(before, name) || before[name] === value) continue
    const was = JSON.stringify(before[name])
    const message = `spec.params: ${JSON.stringify(name)} was ${was} at the first start and stays so; add another Resource`
    throw new ResourceFailure('InvalidParams', message)
  }
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
