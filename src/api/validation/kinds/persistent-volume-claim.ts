/** PersistentVolumeClaims. Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePersistentVolumeClaim*),
 *  pkg/api/persistentvolumeclaim. */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { ObjectMeta, PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity, quantityMilli } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { fractionalBytesWarnings } from '../fractional-bytes.ts'
import { immutable, sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { difference } from '../pod/spec-difference.ts'
import { validateClaimSpec } from '../volumes/claim-spec.ts'
import { validateBasicAmount } from '../volumes/persistent-spec.ts'
import { validateSelector } from './selector.ts'

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'
const ATTRIBUTES_CLASS = 'spec.volumeAttributesClassName'

export const persistentVolumeClaimRules: KindRules<PersistentVolumeClaim> = {
  reportsMissing: true,
  validate: validateClaim,
  validateUpdate: (claim, old) => [
    // Kubernetes checks what replaces something twice, and says so.
    ...validateClaim(claim, old),
    ...validateClassAnnotation(claim, old),
    ...validateSpecUpdate(claim, old),
    ...validateShrinking(claim, old),
    ...immutable(claim.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode'),
    ...validateAttributesClassUpdate(claim, old),
  ],
  validateStatusUpdate: ({ spec, status = {} }) => [
    ...((spec?.accessModes ?? []).length === 0 ? [required('Spec.accessModes')] : []),
    ...Object.entries(status.capacity ?? {}).flatMap(([name, amount]) =>
      validateBasicAmount(amount, `status.capacity[${name}]`),
    ),
    ...Object.entries(status.allocatedResourceStatuses ?? {}).flatMap(([name, resize]) =>
      validateResize(name, resize, 'status.allocatedResourceStatuses'),
    ),
    ...Object.entries(status.allocatedResources ?? {}).flatMap(([name, amount]) =>
      validateAllocated(name, amount, 'status.allocatedResources'),
    ),
  ],
  warnings: ({ metadata, spec }) => [
    ...(Object.hasOwn(metadata.annotations ?? {}, CLASS_ANNOTATION)
      ? [`metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`]
      : []),
    ...fractionalBytesWarnings(spec?.resources?.requests?.storage, 'spec.resources.requests[storage]'),
    ...fractionalBytesWarnings(spec?.resources?.limits?.storage, 'spec.resources.limits[storage]'),
  ],
}

function validateClaim({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim | undefined): FieldError[] {
  const { selector, dataSource, dataSourceRef } = old?.spec ?? {}
  return validateClaimSpec(spec ?? {}, 'spec', {
    allowsInvalidSelector: selector !== undefined && validateSelector(selector, '').length > 0,
    allowsInvalidApiGroup: dataSource?.apiGroup !== undefined || dataSourceRef?.apiGroup !== undefined,
  })
}

const annotationOf = (metadata: ObjectMeta): string | undefined =>
  Object.hasOwn(metadata.annotations ?? {}, CLASS_ANNOTATION) ? metadata.annotations?.[CLASS_ANNOTATION] : undefined

/** The class may move from the annotation, which was its place once, to the spec. */
function movesClass({ metadata, spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const [before, now] = [annotationOf(old.metadata), annotationOf(metadata)]
  return (
    before !== undefined &&
    old.spec?.storageClassName === undefined &&
    spec?.storageClassName === before &&
    (now === undefined || now === before)
  )
}

function validateClassAnnotation(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  if (movesClass(claim, old)) return []
  const [before = '', now = ''] = [annotationOf(old.metadata), annotationOf(claim.metadata)]
  return immutable(now, before, `metadata.annotations.${CLASS_ANNOTATION}`)
}

function validateSpecUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const [now, before] = [comparable(claim.spec), comparable(old.spec)]
  // Binding names the volume, and a default storage class may be chosen late.
  if (!before.volumeName) before.volumeName = now.volumeName
  const classBefore = annotationOf(old.metadata)
  if (before.storageClassName === undefined && (classBefore ?? now.storageClassName) === now.storageClassName)
    delete now.storageClassName
  if (claim.status?.phase === 'Bound') {
    const { resources } = now
    // Other requests stay.
    if (resources?.requests !== undefined)
      now.resources = { ...resources, requests: withStorageOf(resources.requests, before) }
    now.volumeAttributesClassName = before.volumeAttributesClassName
  }
  if (sameValue(withPlainAmounts(now), withPlainAmounts(before))) return []
  const why =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
  return [forbidden('spec', `${why}\n${difference('PersistentVolumeClaimSpec', before, now)}`)]
}

type Amounts = Record<string, string | number>

function withStorageOf(requests: Amounts, { resources }: Spec): Amounts {
  const storage = resources?.requests?.storage
  return storage === undefined ? requests : { ...requests, storage }
}

type Spec = Partial<PersistentVolumeClaimSpec>

/** A copy in which the source of data is said in both fields, as in new claims. */
function comparable(spec: Spec): Spec {
  const copy = { ...spec }
  copy.dataSourceRef ??= copy.dataSource
  if (!copy.dataSourceRef?.namespace) copy.dataSource ??= copy.dataSourceRef
  return copy
}

/** What is the same amount is the same text. */
function withPlainAmounts(spec: Spec): Spec {
  const copy = structuredClone(spec)
  for (const list of [copy.resources?.requests, copy.resources?.limits])
    for (const [name, amount] of Object.entries(list ?? {}))
      if (list) list[name] = formatQuantity({ ...parseQuantity(amount), format: 'DecimalSI' })
  return copy
}

/** A size that could not be had may be taken back, to no less than there is. */
function validateShrinking({ spec }: PersistentVolumeClaim, { spec: old, status }: PersistentVolumeClaim) {
  const [now, before] = [spec?.resources?.requests?.storage ?? 0, old?.resources?.requests?.storage ?? 0]
  if (compareQuantities(now, before) >= 0 || compareQuantities(now, status?.capacity?.storage ?? 0) > 0) return []
  return [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
}

function validateAttributesClassUpdate({ spec }: PersistentVolumeClaim, { spec: old, status }: PersistentVolumeClaim) {
  const now = spec?.volumeAttributesClassName
  if (now || now === old?.volumeAttributesClassName || status?.currentVolumeAttributesClassName === undefined) return []
  const what = now === undefined ? 'nil' : 'empty string'
  return [
    forbidden(
      ATTRIBUTES_CLASS,
      `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`,
    ),
  ]
}

const RESIZES = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort()

function validateResize(name: string, resize: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  return RESIZES.includes(resize) ? errors : [...errors, notSupported(path, name, RESIZES)]
}

function validateAllocated(name: string, amount: string | number, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (errors.length > 0) return errors
  const field = `${path}[${name}]`
  const basic = validateBasicAmount(amount, field)
  if (basic.length > 0 || quantityMilli(amount) >= 0) return basic
  return [invalidValue(field, formatQuantity(parseQuantity(amount)), 'must be greater than or equal to 0')]
}

/** Of Kubernetes' own names only `storage`, and any other domain's. */
function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidFormat(path, name, qualifiedNameProblems(name))
  const isNative = !name.includes('/') || name.includes('kubernetes.io/')
  return errors.length > 0 || !isNative || name === 'storage' ? errors : [notSupported(path, name, ['storage'])]
}
