/** Volumes that a driver of another maker serves: CSI, FlexVolume, ScaleIO, StorageOS. */
import { dnsLabelProblems, dnsSubdomainProblems } from '../../formats/index.ts'
import type {
  CSIPersistentVolumeSource,
  CSIVolumeSource,
  FlexPersistentVolumeSource,
  FlexVolumeSource,
  ScaleIOPersistentVolumeSource,
  ScaleIOVolumeSource,
  SecretReference,
  StorageOSPersistentVolumeSource,
  StorageOSVolumeSource,
} from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required, tooLong } from '../field-error.ts'
import { validatePresent } from './present.ts'

const MAX_DRIVER_NAME = 63

export function validateDriverName(name: string, path: string): FieldError[] {
  const errors: FieldError[] = name === '' ? [required(path)] : []
  if (Buffer.byteLength(name) > MAX_DRIVER_NAME) errors.push(tooLong(path, MAX_DRIVER_NAME))
  return [...errors, ...invalidFormat(path, name, dnsSubdomainProblems(name.toLowerCase()))]
}

export function validateInlineCsi({ driver = '', nodePublishSecretRef: ref }: Partial<CSIVolumeSource>, at: string) {
  const errors = validateDriverName(driver, `${at}.driver`)
  if (ref === undefined) return errors
  if (!ref.name) return [...errors, required(`${at}.nodePublishSecretRef.name`)]
  return [...errors, ...invalidFormat(`${at}.name`, ref.name, dnsSubdomainProblems(ref.name))]
}

const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const satisfies (keyof CSIPersistentVolumeSource)[]

export const validatePersistentCsi = (csi: CSIPersistentVolumeSource, at: string): FieldError[] => [
  ...validateDriverName(csi.driver ?? '', `${at}.driver`),
  ...validatePresent(csi, ['volumeHandle'], at),
  ...SECRETS.flatMap((field) => {
    const ref = csi[field]
    return ref === undefined ? [] : validateSecretReference(ref, `${at}.${field}`)
  }),
]

const validateSecretReference = ({ name, namespace }: SecretReference, at: string): FieldError[] => [
  ...(name ? invalidFormat(`${at}.name`, name, dnsSubdomainProblems(name)) : [required(`${at}.name`)]),
  ...(namespace
    ? invalidFormat(`${at}.namespace`, namespace, dnsLabelProblems(namespace))
    : [required(`${at}.namespace`)]),
]

/** Options of Kubernetes' own domains are for Kubernetes to set. */
export const validateFlexVolume = (flex: FlexVolumeSource | FlexPersistentVolumeSource, at: string): FieldError[] => [
  ...validatePresent(flex, ['driver'], at),
  ...Object.keys(flex.options ?? {}).flatMap((key) => {
    const domain = key.split('/', 1)[0] ?? ''
    return /(^|\.)(kubernetes|k8s)\.io$/i.test(domain)
      ? [invalidValue(`${at}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved')]
      : []
  }),
]

export const validateScaleIo = (scale: ScaleIOVolumeSource | ScaleIOPersistentVolumeSource, at: string): FieldError[] =>
  validatePresent(scale, ['gateway', 'system', 'volumeName'], at)

export function validateStorageOs(
  storage: StorageOSVolumeSource | StorageOSPersistentVolumeSource,
  at: string,
): FieldError[] {
  const { volumeName, volumeNamespace } = storage
  const errors = volumeName
    ? invalidFormat(`${at}.volumeName`, volumeName, dnsLabelProblems(volumeName))
    : [required(`${at}.volumeName`)]
  if (volumeNamespace)
    errors.push(...invalidFormat(`${at}.volumeNamespace`, volumeNamespace, dnsLabelProblems(volumeNamespace)))
  return storage.secretRef === undefined
    ? errors
    : [...errors, ...validatePresent(storage.secretRef, ['name'], `${at}.secretRef`)]
}

export const validatePersistentStorageOs = (storage: StorageOSPersistentVolumeSource, at: string): FieldError[] => [
  ...validateStorageOs(storage, at),
  ...(storage.secretRef === undefined ? [] : validatePresent(storage.secretRef, ['namespace'], `${at}.secretRef`)),
]
