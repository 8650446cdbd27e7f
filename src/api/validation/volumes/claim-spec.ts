/** What a claim asks for, of claims and of templates of claims. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidatePersistentVolumeClaimSpec, ValidatePersistentVolumeClaimTemplate). */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type {
  ObjectMeta,
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import { validateSelector } from '../kinds/selector.ts'
import { validateAnnotations, validateLabels } from '../metadata.ts'
import { validateAccessModes, validateVolumeMode } from './access-modes.ts'
import { validatePresent } from './present.ts'

export interface ClaimOptions {
  /** What the claim had before, it may keep. */
  allowsInvalidSelector?: boolean
  allowsInvalidApiGroup?: boolean
}

export function validateClaimSpec(spec: PersistentVolumeClaimSpec, at: string, options: ClaimOptions = {}) {
  const { accessModes = [], selector, volumeMode, storageClassName, volumeAttributesClassName } = spec
  const errors: FieldError[] = []
  if (accessModes.length === 0) errors.push(required(`${at}.accessModes`, 'at least 1 access mode is required'))
  if (selector !== undefined)
    errors.push(...validateSelector(selector, `${at}.selector`, { allowsInvalidValues: options.allowsInvalidSelector }))
  errors.push(...validateAccessModes(accessModes, `${at}.accessModes`), ...validateStorage(spec, at))
  errors.push(...validateClassName(storageClassName, `${at}.storageClassName`))
  errors.push(...validateVolumeMode(volumeMode, `${at}.volumeMode`), ...validateDataSources(spec, at, options))
  return [...errors, ...validateClassName(volumeAttributesClassName, `${at}.volumeAttributesClassName`)]
}

/** Nothing, and no text, is a choice. */
const validateClassName = (name: string | undefined, field: string): FieldError[] =>
  name ? invalidFormat(field, name, dnsSubdomainProblems(name)) : []

function validateStorage({ resources }: PersistentVolumeClaimSpec, at: string): FieldError[] {
  const field = `${at}.resources[storage]`
  const storage = resources?.requests?.storage
  if (storage === undefined) return [required(field)]
  return compareQuantities(storage, 0) > 0
    ? []
    : [invalidValue(field, formatQuantity(parseQuantity(storage)), 'must be greater than zero')]
}

/** The old field and the one that can say more must say the same. */
function validateDataSources(spec: PersistentVolumeClaimSpec, at: string, options: ClaimOptions): FieldError[] {
  const { dataSource: source, dataSourceRef: ref } = spec
  const errors: FieldError[] = []
  if (source !== undefined) errors.push(...validateReference(source, `${at}.dataSource`, options))
  if (ref !== undefined) errors.push(...validateReference(ref, `${at}.dataSourceRef`, options))
  if (source === undefined || ref === undefined) return errors
  // Kubernetes shows the path in place of the value.
  const shown = {}
  if (ref.namespace)
    errors.push(invalidValue(at, shown, 'may not be specified when dataSourceRef.namespace is specified'))
  else if (source.apiGroup !== ref.apiGroup || source.kind !== ref.kind || source.name !== ref.name)
    errors.push(invalidValue(at, shown, 'must match dataSourceRef'))
  return errors
}

function validateReference(reference: TypedObjectReference, at: string, options: ClaimOptions): FieldError[] {
  const { kind = '', apiGroup, namespace } = reference as Partial<TypedObjectReference>
  const errors = validatePresent(reference, ['name', 'kind'], at)
  if (!apiGroup && kind !== 'PersistentVolumeClaim')
    errors.push(invalidValue(at, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  if (apiGroup && !options.allowsInvalidApiGroup)
    errors.push(...invalidFormat(`${at}.apiGroup`, apiGroup, dnsSubdomainProblems(apiGroup)))
  if (namespace) errors.push(...invalidFormat(`${at}.namespace`, namespace, dnsLabelProblems(namespace)))
  return errors
}

export const validateClaimTemplate = ({ metadata, spec }: PersistentVolumeClaimTemplate, at: string): FieldError[] => [
  ...validateTemplateMetadata(metadata ?? {}, `${at}.metadata`),
  ...validateClaimSpec(spec ?? {}, `${at}.spec`),
]

/** Of the metadata, templates have labels and annotations only. */
export function validateTemplateMetadata(metadata: Partial<ObjectMeta>, at: string): FieldError[] {
  const { labels, annotations, ...others } = metadata
  return [
    ...validateAnnotations(annotations, `${at}.annotations`),
    ...validateLabels(labels, `${at}.labels`),
    ...FURTHER_METADATA.filter((field) => !isUnset(others[field], field)).map((field) =>
      forbidden(`${at}.${field === 'uid' ? 'uID' : field}`, 'cannot be set'),
    ),
  ]
}

/** Of what is a pointer, zero is something, too. */
const isUnset = (value: unknown, field: string) =>
  value === undefined || value === null || value === '' || (value === 0 && field !== 'deletionGracePeriodSeconds')

/** In the order of the type. */
const FURTHER_METADATA = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const

/** As errors print it. */
export const printedMetadata = (metadata: Partial<ObjectMeta>): object =>
  Object.fromEntries(
    [...FURTHER_METADATA.slice(0, -3), 'labels' as const, 'annotations' as const, ...FURTHER_METADATA.slice(-3)]
      .filter((field) => metadata[field] !== undefined)
      .map((field) => [field, metadata[field]]),
  )
