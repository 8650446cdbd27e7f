/** Volumes on block devices that are reached over iSCSI or Fibre Channel. */
import { between } from '../../formats/index.ts'
import type { FCVolumeSource, ISCSIPersistentVolumeSource, ISCSIVolumeSource } from '../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import { validatePresent } from './present.ts'

const MAX_LUN = 255
const MAX_NAME_AND_PORTAL = 64
const NAMES: readonly (readonly [string, RegExp])[] = [
  ['iqn', /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/],
  ['eui', /^eui.[A-Za-z0-9]{16}$/],
  ['naa', /^naa.[A-Za-z0-9]{32}$/],
]
const FORMAT = 'must be valid format'
const FORMAT_AND_START = 'must be valid format starting with iqn, eui, or naa'
const TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

/** Who names the volume in the initiator's configuration, in which both have to fit. */
export const isTooLongForInitiator = (name: string, { initiatorName, targetPortal = '' }: Partial<ISCSIVolumeSource>) =>
  initiatorName !== undefined && Buffer.byteLength(`${name}:${targetPortal}`) > MAX_NAME_AND_PORTAL

export const initiatorTooLong = (field: string, value: string): FieldError => invalidValue(field, value, TOO_LONG)

export const validateIscsi = (iscsi: ISCSIVolumeSource, at: string): FieldError[] => [
  ...validatePresent(iscsi, ['targetPortal'], at),
  ...validateTarget(iscsi, at, FORMAT_AND_START),
  ...validateInitiator(iscsi.initiatorName, `${at}.initiatorname`, FORMAT_AND_START),
]

/** `volumeName` is the name of the PersistentVolume. */
export function validatePersistentIscsi(iscsi: ISCSIPersistentVolumeSource, at: string, volumeName: string) {
  const errors = validatePresent(iscsi, ['targetPortal'], at)
  if (isTooLongForInitiator(volumeName, iscsi)) errors.push(initiatorTooLong(`${at}.targetportal`, iscsi.targetPortal))
  errors.push(...validateTarget(iscsi, at, FORMAT))
  if (iscsi.secretRef !== undefined) errors.push(...validatePresent(iscsi.secretRef, ['name'], `${at}.secretRef`))
  return [...errors, ...validateInitiator(iscsi.initiatorName, `${at}.initiatorname`, FORMAT)]
}

/** `otherwise` is said of what starts unlike any qualified name. */
function validateTarget(iscsi: ISCSIVolumeSource | ISCSIPersistentVolumeSource, at: string, otherwise: string) {
  const { iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef } = iscsi
  const errors = iqn ? validateName(iqn, `${at}.iqn`, otherwise) : [required(`${at}.iqn`)]
  errors.push(...validateLun(lun, at))
  if ((chapAuthDiscovery || chapAuthSession) && secretRef === undefined) errors.push(required(`${at}.secretRef`))
  return errors
}

const validateInitiator = (name: string | undefined, field: string, otherwise: string): FieldError[] =>
  name === undefined ? [] : validateName(name, field, otherwise)

function validateName(name: string, field: string, otherwise: string): FieldError[] {
  const [, pattern] = NAMES.find(([start]) => name.startsWith(start)) ?? []
  if (pattern === undefined) return [invalidValue(field, name, otherwise)]
  return pattern.test(name) ? [] : [invalidValue(field, name, FORMAT)]
}

const validateLun = (lun: number, at: string): FieldError[] =>
  lun < 0 || lun > MAX_LUN ? [invalidValue(`${at}.lun`, lun, between(0, MAX_LUN))] : []

export function validateFibreChannel({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, at: string): FieldError[] {
  const field = `${at}.targetWWNs`
  const errors: FieldError[] = []
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(field, 'must specify either targetWWNs or wwids, but not both'))
  if (targetWWNs.length === 0) return errors
  if (wwids.length > 0)
    errors.push(invalidValue(field, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'))
  if (lun === undefined) return [...errors, required(`${at}.lun`, 'lun is required if targetWWNs is specified')]
  return [...errors, ...validateLun(lun, at)]
}
