/** Which objects of a collection a list, watch or deletecollection is about. */
import {
  type FieldRequirement,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  type Resource,
} from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import { storedPrefix } from '../registry/stored-form.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import type { Entry } from '../../store/index.ts'

export interface Selection {
  resource: Resource
  /** All selected keys start with it. */
  prefix: string
  /** Whether every key below the prefix is selected. */
  everything: boolean
  selects(entry: Entry): boolean
}

/** Throws ApiError `BadRequest` for a selector that does not parse or names a field that cannot be selected by. */
export function selectionOf(
  backend: Backend,
  { info, resource, namespace }: Pick<ResourceRequest, 'info' | 'resource' | 'namespace'>,
): Selection {
  const labels = parseLabelSelector(info.query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(info.query.get('fieldSelector') ?? '')
  const prefix = storedPrefix(backend, resource, resource.namespaced ? namespace : undefined)
  if (labels.length === 0 && fields.length === 0) return { resource, prefix, everything: true, selects: () => true }
  const custom = backend.catalog.modelOf(resource).selectableFields
  // Fields that cannot be selected by are refused even when there is no object to match.
  if (fields.length > 0) matchesFields(resource, fields, { metadata: { name: '' } }, custom)

  const objects = new WeakMap<Entry, AnyObject>()
  const objectOf = (entry: Entry) => {
    const known = objects.get(entry) ?? (parseJson(entry.value) as AnyObject)
    objects.set(entry, known)
    return known
  }
  // One object is asked for: its key is known, and nothing else need be read.
  const single = !resource.namespaced || namespace !== undefined ? nameIn(fields) : undefined
  const key = single === undefined ? undefined : prefix + single
  return {
    resource,
    prefix: key ?? prefix,
    everything: false,
    selects: (entry) =>
      (key === undefined || entry.key === key) &&
      (fields.length === 0 || matchesFields(resource, fields, objectOf(entry), custom)) &&
      (labels.length === 0 || matchesLabels(labels, objectOf(entry).metadata.labels)),
  }
}

type Fields = readonly FieldRequirement[]

function nameIn(fields: Fields): string | undefined {
  return fields.find(({ field, operator }) => field === 'metadata.name' && operator === '=')?.value
}
