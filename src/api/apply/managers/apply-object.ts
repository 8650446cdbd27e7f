/** Server-side apply: a configuration merged into an object, and its manager made the owner of what it names.
 *  Source: k8s.io/apimachinery v0.34, pkg/util/managedfields/internal; structured-merge-diff v6, merge/update.go. */
import { isJsonObject, type JsonObject } from '../../decode/index.ts'
import { type ApiError, ApiError as StatusError, apiError } from '../../status.ts'
import { difference, isEmpty } from '../field-set.ts'
import { emptyOf } from '../type-node.ts'
import { fieldSetOf } from '../typed/field-set-of.ts'
import { sameValue } from '../typed/form.ts'
import { merge } from '../typed/merge.ts'
import { shapeMessage, validateShape } from '../typed/validate.ts'
import { ApplyConflicts } from './conflicts.ts'
import { appliedByClient, KUBECTL, withRecord } from './last-applied.ts'
import { decodeManaged, encodeManaged, type Managed, type Owner, ownerKey } from './managed.ts'
import { prune } from './prune.ts'
import { SERVER_FIELDS } from './server-fields.ts'
import { reconcileManaged, takeChanges } from './take-changes.ts'
import { type TrackOptions, updateManaged } from './track-update.ts'
import { oneVersion } from './versions.ts'

export interface ApplyOptions extends TrackOptions {
  /** Of the resource. */
  kind: string
  /** Take fields from those who own them. */
  force: boolean
}

/** Whom the fields belong to of an object that was never applied. */
const BEFORE_FIRST_APPLY = 'before-first-apply'

/** The object as it is to be stored but for defaults, with `metadata.managedFields`. `live` and `config` are not
 *  changed; `live` is missing when the object is created. Throws ApiError `Conflict` (with a cause for each field),
 *  `BadRequest`, or one without a reason (500) when the configuration does not have the kind's shape. */
export function applyObject(live: JsonObject | undefined, config: JsonObject, options: ApplyOptions): JsonObject {
  const stored = live === undefined ? undefined : metadataOf(live)['managedFields']
  checkKind(config, options)
  if (metadataOf(config)['managedFields'] !== undefined && metadataOf(config)['managedFields'] !== null)
    throw apiError('BadRequest', 'metadata.managedFields must be nil')
  checkShape(config, options)
  const before = live === undefined ? emptyObject(options) : withoutManaged(live)
  let managed = decodeStored(stored)
  if (managed.size === 0 && live !== undefined)
    managed = updateManaged(managed, { live: undefined, object: before }, { ...options, manager: BEFORE_FIRST_APPLY })
  try {
    const applied = applyWithRecord({ before, config }, managed, options)
    const object = options.manager === KUBECTL ? withRecord(applied.object, config) : applied.object
    return withManaged(object, encodeManaged(applied.managed))
  } catch (error) {
    throw error instanceof ApplyConflicts ? error.toApiError() : error
  }
}

const metadataOf = (object: JsonObject): JsonObject => (isJsonObject(object['metadata']) ? object['metadata'] : {})

const emptyObject = ({ type, apiVersion, kind }: ApplyOptions): JsonObject => ({ ...emptyOf(type), apiVersion, kind })

function withoutManaged(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object)
  return { ...object, metadata }
}

function withManaged(object: JsonObject, managedFields: JsonObject[] | undefined): JsonObject {
  const { managedFields: _, ...metadata } = metadataOf(object)
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } }
}

function decodeStored(stored: unknown): Managed {
  return decodeManaged(stored, { trusted: true })
}

function checkKind(config: JsonObject, { apiVersion, kind }: ApplyOptions): void {
  if (config['apiVersion'] === apiVersion && config['kind'] === kind) return
  const kindText = kindOf(textOf(config['apiVersion']), textOf(config['kind']))
  throw apiError('BadRequest', `invalid object type: ${kindText}`)
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** As Go prints a kind: `apps/v1, Kind=Deployment`, `/v1, Kind=Pod`. */
const kindOf = (apiVersion: string, kind: string): string =>
  `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`

/** An error of the field manager is no Status of its own there, and so becomes one without a reason. */
function checkShape(config: JsonObject, { type, apiVersion, kind }: ApplyOptions): void {
  const errors = validateShape(type, config, { allowDuplicates: false })
  if (errors.length === 0) return
  const { name, namespace } = metadataOf(config)
  const what = `${textOf(namespace)}/${textOf(name)}; ${kindOf(apiVersion, kind)}`
  throw plainFailure(`failed to create typed patch object (${what}): ${shapeMessage(errors)}`)
}

function plainFailure(message: string): ApiError {
  return new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 })
}

interface Applied {
  object: JsonObject
  managed: Managed
}

interface Objects {
  before: JsonObject
  config: JsonObject
}

/** Conflicts about what client-side apply set are none. */
function applyWithRecord(objects: Objects, managed: Managed, options: ApplyOptions): Applied {
  try {
    return applyOnce(objects, managed, options)
  } catch (error) {
    if (options.manager !== KUBECTL || !(error instanceof ApplyConflicts)) throw error
    const allowed = appliedByClient(options.type, objects.before, options.apiVersion)
    if (allowed === undefined) throw error
    if (!isEmpty(difference(error.fields, allowed))) throw error.except(allowed)
    return applyOnce(objects, managed, { ...options, force: true })
  }
}

function applyOnce({ before, config }: Objects, managedBefore: Managed, options: ApplyOptions): Applied {
  const { type, apiVersion, filter = (set) => set, force } = options
  const versions = options.versions ?? oneVersion(apiVersion, type)
  const owner: Owner = { manager: options.manager, operation: 'Apply', apiVersion, subresource: options.subresource }
  const key = ownerKey(owner)
  const managed = reconcileManaged(managedBefore, versions)
  const last = managed.get(key)
  managed.set(key, { ...owner, set: filter(fieldSetOf(type, config)), ordered: false, time: last?.time })
  const after = prune(merge(type, before, config), last, { managed, apiVersion, versions })
  const taken = takeChanges(managed, { before, after, apiVersion }, { versions, filter, except: key, force }).managed
  const changed = !sameValue(before, after)
  own(taken, key, changed ? options.time : undefined)
  return { object: changed ? after : before, managed: taken }
}

/** The server's own fields are not owned by who applies them either. */
function own(managed: Managed, key: string, time: string | undefined): void {
  const entry = managed.get(key)
  if (entry === undefined) return
  const set = difference(entry.set, SERVER_FIELDS)
  if (isEmpty(set)) managed.delete(key)
  else managed.set(key, { ...entry, set, time: time ?? entry.time })
}
