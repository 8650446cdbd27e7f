/** Everything that makes an object invalid, in the order Kubernetes reports it: metadata, then the rest. */
import type { JsonObject } from '../decode/index.ts'
import type { KubeObject } from '../object.ts'
import type { Resource } from '../resource.ts'
import { schemaFor } from '../schema/index.ts'
import type { FieldError } from './field-error.ts'
import type { KindRules, PartialWrite } from './kind-rules.ts'
import { rulesFor } from './rules.ts'
import { isCheckedByCore, validateMetadata, validateMetadataUpdate, validateStandardFinalizers } from './metadata.ts'
import { listable } from './listable.ts'
import { missingFields } from './required-fields.ts'

/** What a write is about: the object without its status, the status alone, the part that a subresource is for, or what
 *  a subresource of its own sets. */
export type WrittenPart = 'spec' | 'status' | PartialWrite | 'all'

export interface Write {
  /** Missing: `spec`. */
  part?: WrittenPart
  /** Told what is let pass. */
  warn?: (text: string) => void
}

/** `object` (and `old`, when it replaces one) must be decoded and defaulted. No errors: it may be stored. */
export function validateObject(
  resource: Resource,
  object: KubeObject,
  old?: KubeObject,
  write: Write = {},
): FieldError[] {
  return listable(() => errorsOf(resource, object, old, write))
}

function errorsOf(
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
  { part = 'spec', warn }: Write,
): FieldError[] {
  const rules = rulesFor(resource)
  const errors = [...validateMetadata(resource, object.metadata)]
  if (old !== undefined) {
    const changes = validateMetadataUpdate(object.metadata, old.metadata)
    // What is wrong is said by all who look: of most kinds their own rules do, too.
    errors.push(...changes, ...(isCheckedByCore(resource) ? changes : []))
  }
  errors.push(...validateStandardFinalizers(resource, object.metadata))
  if (part === 'status' && old !== undefined && rules.validateStatusUpdate) {
    errors.push(...rules.validateStatusUpdate(object, old))
    if (errors.length === 0) for (const text of rules.statusWarnings?.(object) ?? []) warn?.(text)
    return errors
  }
  errors.push(...validateFields(resource, object, { old, part }))
  if (errors.length === 0 && part === 'spec') for (const text of rules.warnings?.(object, old) ?? []) warn?.(text)
  return errors
}

function validateFields(
  resource: Resource,
  object: KubeObject,
  { old, part }: { old: KubeObject | undefined; part: WrittenPart },
): FieldError[] {
  const rules = rulesFor(resource)
  const validateUpdate = isPartial(part) ? rules.validatePartialUpdate?.[part] : updateRules(rules, part)
  const missing = missingIn(resource, object)
  const own = rules.validate?.(object, old) ?? []
  // Rules of change compare whole objects.
  if (old !== undefined && missing.length === 0 && missingIn(resource, old).length === 0)
    own.splice(rules.changesFirst === true ? 0 : own.length, 0, ...(validateUpdate?.(object, old) ?? []))
  const reported = new Set(missing.map((error) => error.field))
  return [...missing, ...own.filter((error) => !(error.type === 'FieldValueRequired' && reported.has(error.field)))]
}

/** What the server sets through a subresource of its own (a binding) is more than clients may change. */
const updateRules = (rules: KindRules<unknown>, part: WrittenPart) =>
  part === 'all' ? undefined : rules.validateUpdate

const isPartial = (part: WrittenPart): part is PartialWrite => part === 'ephemeralcontainers' || part === 'resize'

const missingIn = (resource: Resource, object: KubeObject): FieldError[] =>
  rulesFor(resource).reportsMissing === true ? [] : missingFields(schemaFor(resource), object as unknown as JsonObject)
