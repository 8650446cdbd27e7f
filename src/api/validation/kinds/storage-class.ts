/** StorageClasses and VolumeAttributesClasses. Source: kubernetes v1.34, pkg/apis/storage/validation,
 *  pkg/api/storage. */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type {
  StorageClass,
  TopologySelectorLabelRequirement,
  TopologySelectorTerm,
  VolumeAttributesClass,
} from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../field-error.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nodeLabelDeprecation } from '../node-label-deprecations.ts'

const MAX_PARAMETERS = 512
const MAX_PARAMETER_BYTES = 256 * 1024
const RECLAIM = ['Delete', 'Retain']
const BINDING = ['Immediate', 'WaitForFirstConsumer']

export const storageClassRules: KindRules<StorageClass> = {
  reportsMissing: true,
  validate: (storage) => {
    const { reclaimPolicy: reclaim, volumeBindingMode: binding } = storage
    const errors = [...validateDriver(storage.provisioner, 'provisioner'), ...validateParameters(storage.parameters)]
    if (reclaim && !RECLAIM.includes(reclaim)) errors.push(notSupported('reclaimPolicy', reclaim, RECLAIM))
    if (binding === undefined) errors.push(required('volumeBindingMode'))
    else if (!BINDING.includes(binding)) errors.push(notSupported('volumeBindingMode', binding, BINDING))
    return [...errors, ...validateTopologies(storage.allowedTopologies ?? [])]
  },
  validateUpdate: (storage, old) => [
    ...unchanged(storage, old, ['parameters', 'provisioner', 'reclaimPolicy']),
    ...immutable(storage.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
  ],
  warnings: ({ allowedTopologies = [] }) =>
    allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
      matchLabelExpressions.flatMap(({ key }, position) => {
        const why = nodeLabelDeprecation(key)
        return why === undefined ? [] : [`allowedTopologies[${index}].matchLabelExpressions[${position}].key: ${why}`]
      }),
    ),
}

export const volumeAttributesClassRules: KindRules<VolumeAttributesClass> = {
  reportsMissing: true,
  validate: validateAttributes,
  // Kubernetes checks what replaces something twice, and says so.
  validateUpdate: (attributes, old) => [
    ...unchanged(attributes, old, ['driverName', 'parameters']),
    ...validateAttributes(attributes),
  ],
}

function validateAttributes({ driverName, parameters }: VolumeAttributesClass): FieldError[] {
  const errors = [...validateDriver(driverName, 'driverName'), ...validateParameters(parameters)]
  return Object.keys(parameters ?? {}).length === 0
    ? [...errors, required('parameters', 'must contain at least one key/value pair')]
    : errors
}

function unchanged<T>(value: T, old: T, fields: readonly (keyof T & string)[]): FieldError[] {
  return fields
    .filter((field) => !sameValue(value[field], old[field]))
    .map((field) => forbidden(field, `updates to ${field} are forbidden.`))
}

function validateDriver(name: string | undefined, field: string): FieldError[] {
  return name ? invalidFormat(field, name.toLowerCase(), qualifiedNameProblems(name.toLowerCase())) : [required(field)]
}

function validateParameters(parameters: Record<string, string> = {}): FieldError[] {
  const entries = Object.entries(parameters)
  if (entries.length > MAX_PARAMETERS) return [tooLong('parameters', MAX_PARAMETERS)]
  const errors = Object.hasOwn(parameters, '') ? [invalidValue('parameters', '', 'field can not be empty.')] : []
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0)
  return bytes > MAX_PARAMETER_BYTES ? [...errors, tooLong('parameters', MAX_PARAMETER_BYTES)] : errors
}

function validateTopologies(terms: readonly TopologySelectorTerm[]): FieldError[] {
  // Kubernetes compares each term with as many empty ones as there are terms, too.
  const seen: unknown[] = terms.map(() => [])
  return terms.flatMap(({ matchLabelExpressions: expressions = [] }, index) => {
    const path = `allowedTopologies[${index}].matchLabelExpressions`
    const byKey = new Map<string, readonly string[]>()
    const errors = expressions.flatMap(
      ({ key = '', values = [] }: Partial<TopologySelectorLabelRequirement>, position) => {
        const at = `${path}[${position}]`
        const own: FieldError[] = values.length === 0 ? [required(`${at}.values`)] : []
        values.forEach((value, which) => {
          if (values.indexOf(value) < which) own.push(duplicate(`${at}.values[${which}]`, value))
        })
        own.push(...invalidFormat(`${at}.key`, key, qualifiedNameProblems(key)))
        if (byKey.has(key)) own.push(duplicate(`${at}.key`, key))
        byKey.set(key, [...new Set(values)].sort())
        return own
      },
    )
    const term = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))
    for (const other of seen) if (sameValue(other, term)) errors.push(duplicate(path, ''))
    seen.push(term)
    return errors
  })
}
