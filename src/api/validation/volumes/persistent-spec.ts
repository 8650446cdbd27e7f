/** What PersistentVolumes are, of their own or inside a VolumeAttachment. Source: kubernetes v1.34,
 *  pkg/apis/core/validation (ValidatePersistentVolumeSpec). */
import { posix } from 'node:path'
import { dnsSubdomainProblems } from '../../formats/index.ts'
import type { PersistentVolumeSpec } from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity, quantityValue } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { validateNodeSelector } from '../pod/node-selector.ts'
import { validateAccessModes, validateVolumeMode } from './access-modes.ts'
import { validatePersistentSource } from './persistent-sources.ts'

const RECLAIM = ['Delete', 'Recycle', 'Retain']
const INLINE = 'in the context of inline volumes'

export interface PersistentSpecOptions {
  /** The name of the volume. */
  name: string
  /** The node affinity had values that no label can have, and may keep them. */
  allowsInvalidNodeLabels?: boolean
}

export function validatePersistentSpec(
  spec: PersistentVolumeSpec,
  at: string,
  options: PersistentSpecOptions,
): FieldError[] {
  const { persistentVolumeReclaimPolicy: reclaim, storageClassName: className, nodeAffinity } = spec
  const policy = `${at}.persistentVolumeReclaimPolicy`
  const errors = [...validateModes(spec, at), ...validateCapacity(spec.capacity, `${at}.capacity`)]
  if (reclaim && !RECLAIM.includes(reclaim)) errors.push(notSupported(policy, reclaim, RECLAIM))
  errors.push(...validateAffinity(spec, `${at}.nodeAffinity.required`, options.allowsInvalidNodeLabels))
  errors.push(
    ...validatePersistentSource(spec, at, {
      name: options.name,
      local: () =>
        nodeAffinity === undefined ? [required(`${at}.nodeAffinity`, 'Local volume requires node affinity')] : [],
    }),
    ...validateRecycling(spec, policy),
  )
  if (className) errors.push(...invalidFormat(`${at}.storageClassName`, className, dnsSubdomainProblems(className)))
  errors.push(...validateVolumeMode(spec.volumeMode, `${at}.volumeMode`))
  return [...errors, ...validateAttributesClass(spec, at)]
}

function validateModes({ accessModes = [] }: PersistentVolumeSpec, at: string): FieldError[] {
  const path = `${at}.accessModes`
  return [...(accessModes.length === 0 ? [required(path)] : []), ...validateAccessModes(accessModes, path)]
}

function validateCapacity(capacity: PersistentVolumeSpec['capacity'], path: string): FieldError[] {
  const names = Object.keys(capacity ?? {})
  const errors: FieldError[] = names.length === 0 ? [required(path)] : []
  if (!names.includes('storage') || names.length > 1) {
    const shown = Object.fromEntries(
      names.sort().map((name) => [name, formatQuantity(parseQuantity(capacity?.[name] ?? '0'))]),
    )
    errors.push(notSupported(path, capacity === undefined ? undefined : shown, ['storage']))
  }
  for (const [name, amount] of Object.entries(capacity ?? {})) {
    const field = `${path}[${name}]`
    errors.push(...validateBasicAmount(amount, field))
    if (compareQuantities(amount, 0) <= 0)
      errors.push(invalidValue(field, formatQuantity(parseQuantity(amount)), 'must be greater than zero'))
  }
  return errors
}

/** Kubernetes' name for it: not negative, and shown as a number. */
export function validateBasicAmount(amount: string | number, field: string): FieldError[] {
  const value = quantityValue(amount)
  return value < 0 ? [invalidValue(field, value, 'must be a valid resource quantity')] : []
}

function validateAffinity({ nodeAffinity }: PersistentVolumeSpec, path: string, allowsInvalidLabels = false) {
  if (nodeAffinity === undefined) return []
  return nodeAffinity.required === undefined
    ? [required(path, 'must specify required node constraints')]
    : validateNodeSelector(nodeAffinity.required, path, allowsInvalidLabels)
}

function validateRecycling({ hostPath, persistentVolumeReclaimPolicy: reclaim }: PersistentVolumeSpec, policy: string) {
  return reclaim === 'Recycle' && hostPath !== undefined && isRoot(hostPath.path)
    ? [forbidden(policy, "may not be 'recycle' for a hostPath mount of '/'")]
    : []
}

/** Go's path.Clean, of which only the root matters here. */
const isRoot = (path = '') => /^\/+$/.test(posix.normalize(path || '.'))

function validateAttributesClass({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, at: string) {
  if (name === undefined) return []
  const path = `${at}.volumeAttributesClassName`
  const errors =
    name === ''
      ? [required(path, 'an empty string is disallowed')]
      : invalidFormat(path, name, dnsSubdomainProblems(name))
  return csi === undefined
    ? [...errors, required(`${at}.csi`, 'has to be specified when using volumeAttributesClassName')]
    : errors
}

/** The volume of a VolumeAttachment that has no object of its own: what a CSI driver needs, and nothing more. */
export function validateInlineSpec(spec: PersistentVolumeSpec, at: string): FieldError[] {
  const { persistentVolumeReclaimPolicy: reclaim, volumeMode: mode } = spec
  const refused = (field: keyof PersistentVolumeSpec) => forbidden(`${at}.${field}`, `may not be specified ${INLINE}`)
  const errors: FieldError[] = []
  if (spec.claimRef !== undefined) errors.push(refused('claimRef'))
  if (Object.keys(spec.capacity ?? {}).length > 0) errors.push(refused('capacity'))
  if (spec.csi === undefined) errors.push(required(`${at}.csi`, `has to be specified ${INLINE}`))
  errors.push(...validateModes(spec, at))
  if (reclaim && reclaim !== 'Retain')
    errors.push(forbidden(`${at}.persistentVolumeReclaimPolicy`, `may only be Retain ${INLINE}`))
  if (spec.nodeAffinity !== undefined) errors.push(refused('nodeAffinity'))
  errors.push(
    ...validatePersistentSource(spec, at, {
      name: '',
      local: () => [required(`${at}.nodeAffinity`, 'Local volume requires node affinity')],
    }),
    ...validateRecycling(spec, `${at}.persistentVolumeReclaimPolicy`),
  )
  if (spec.storageClassName) errors.push(refused('storageClassName'))
  if (mode !== undefined && mode !== 'Filesystem')
    errors.push(forbidden(`${at}.volumeMode`, `may not specify volumeMode other than Filesystem ${INLINE}`))
  return errors
}
