/** The fields of `metadata` that the server owns. Source: k8s.io/apiserver v0.34, registry/rest (BeforeCreate,
 *  BeforeUpdate) and API conventions. */
import { apiError, conflict, type Resource } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { AnyObject } from './any-object.ts'
import type { Backend } from '../server/context.ts'
import { sameJson } from './same-json.ts'
import type { Strategy } from './strategy.ts'

/** Names made from `generateName` are at most 63 long, the random end included. */
const MAX_GENERATED_PREFIX = 58
const SUFFIX_LENGTH = 5
/** No vowels and nothing that looks like one, so that no words come out. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

export function generateName(prefix: string, backend: Pick<Backend, 'randomness'>): string {
  let name = prefix.slice(0, MAX_GENERATED_PREFIX)
  for (let i = 0; i < SUFFIX_LENGTH; i++) name += SUFFIX_ALPHABET[backend.randomness.below(SUFFIX_ALPHABET.length)]
  return name
}

/** Sets what a new object gets, and drops what a client cannot choose. */
export function stampCreated(
  object: AnyObject,
  options: { backend: Backend; namespace: string | undefined; strategy: Strategy },
): void {
  const { metadata } = object
  const { backend } = options
  if (options.namespace === undefined) delete metadata.namespace
  else metadata.namespace = options.namespace
  metadata.uid = backend.randomness.uuid()
  metadata.creationTimestamp = toKubernetesTime(backend.clock.now())
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.selfLink
  delete metadata.resourceVersion
  if (options.strategy.countsGenerations) metadata.generation = 1
}

/** What replaces another must be meant for it. A patch is not asked: its result is invalid where it has another uid.
 *  Throws ApiError `Conflict`. */
export function checkUid(resource: Resource, { metadata }: AnyObject, old: AnyObject): void {
  if (metadata.uid && metadata.uid !== old.metadata.uid)
    throw conflict(
      resource,
      metadata.name,
      `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`,
    )
}

/** Keeps what an update cannot change; a uid of its own, and marks of a deletion that was not asked for, are left to
 *  validation. */
export function keepServerFields(object: AnyObject, old: AnyObject): void {
  const { metadata } = object
  const uid = metadata.uid || old.metadata.uid
  const { creationTimestamp, generation, namespace } = old.metadata
  const deletionTimestamp = old.metadata.deletionTimestamp ?? metadata.deletionTimestamp
  const deletionGracePeriodSeconds = metadata.deletionGracePeriodSeconds ?? old.metadata.deletionGracePeriodSeconds
  const kept = { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, namespace }
  for (const [field, value] of Object.entries(kept) as [keyof typeof kept, never][])
    if (value === undefined) delete metadata[field]
    else metadata[field] = value
  delete metadata.selfLink
  if (metadata.generateName === undefined && old.metadata.generateName !== undefined)
    metadata.generateName = old.metadata.generateName
}

/** `metadata.generation` counts the changes of what was asked for: everything but metadata and status. */
export function countGeneration(object: AnyObject, old: AnyObject, strategy: Strategy): void {
  if (!strategy.countsGenerations) return
  if (!sameJson(withoutEmpty(desired(object, strategy)), withoutEmpty(desired(old, strategy))))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1
}

function desired(object: AnyObject, { countsStatus }: Strategy): unknown {
  const { metadata: _metadata, status, apiVersion: _apiVersion, kind: _kind, ...rest } = object
  return countsStatus ? { ...rest, status } : rest
}

/** An empty list asks for what none asks for. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutEmpty)
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (isEmptyValue(inner) ? [] : [[name, withoutEmpty(inner)]])),
  )
}

const isEmptyValue = (value: unknown) => Array.isArray(value) && value.length === 0

/** Throws ApiError `BadRequest` when body and URL disagree. */
export function checkNamespace(object: AnyObject, namespace: string | undefined): void {
  const own = object.metadata.namespace
  if (!own || own === (namespace ?? '')) return
  throw apiError(
    'BadRequest',
    namespace === undefined
      ? 'namespace may not be set on objects of this kind'
      : 'the namespace of the provided object does not match the namespace sent on the request',
  )
}
