/** Go writes null for fields that are empty and that its types do not let it leave out. The types of this program know
 *  what is there and what is not there, and no third case. */
import type { Resource } from '../api/index.ts'

/** Of these a null inside may be meant: they carry documents of other kinds. */
const OPAQUE: ReadonlySet<string> = new Set(['ControllerRevision', 'CustomResourceDefinition'])

/** Lists that the types say are always there, by name: these are empty. A test compares them with the schemas. */
export const ALWAYS_LISTS: ReadonlySet<string> = new Set([
  'addresses',
  'admissionReviewVersions',
  'apiGroups',
  'audiences',
  'containers',
  'conversionReviewVersions',
  'drivers',
  'endpoints',
  'items',
  'limits',
  'monitors',
  'nodeSelectorTerms',
  'nonResourceRules',
  'nonResourceURLs',
  'paths',
  'requestMappings',
  'resourceRules',
  'resources',
  'rules',
  'subjects',
  'values',
  'verbs',
  'versions',
])

/** `text` is what `value` was read from: an object of the resource, or a list of them. Changed in place. */
export function withoutNulls<T>({ group, kind }: Resource, value: T, text: string): T {
  if (text.includes(':null') && isBuiltIn(group) && !OPAQUE.has(kind)) drop(value)
  return value
}

/** What a definition brought may have nulls of its own. */
const isBuiltIn = (group: string) => !group.includes('.') || group.endsWith('.k8s.io')

function drop(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const item of value) drop(item)
    return
  }
  const fields = value as Record<string, unknown>
  for (const name in fields)
    if (fields[name] !== null) drop(fields[name])
    else if (ALWAYS_LISTS.has(name)) fields[name] = []
    else delete fields[name]
}
