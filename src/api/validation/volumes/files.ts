/** Volumes of files made from other objects: keys of Secrets and ConfigMaps, fields of the pod. */
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  SecretVolumeSource,
} from '../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../field-error.ts'
import { validateFieldSelector, validateResourceSelector } from '../pod/field-selectors.ts'
import { validateDescendingPath } from '../pod/paths.ts'
import { validatePresent } from './present.ts'

const MAX_MODE = 0o777
/** What the kubelet keeps beside the files starts like this. */
const RESERVED = '..'
const FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid']

export const validateSecretVolume = (secret: SecretVolumeSource, at: string): FieldError[] => [
  ...validatePresent(secret, ['secretName'], at),
  ...validateMode(secret.defaultMode, `${at}.defaultMode`),
  ...validateItems(secret.items, at),
]

export const validateConfigMapVolume = (configMap: ConfigMapVolumeSource, at: string): FieldError[] => [
  ...validatePresent(configMap, ['name'], at),
  ...validateMode(configMap.defaultMode, `${at}.defaultMode`),
  ...validateItems(configMap.items, at),
]

const validateItems = (items: readonly KeyToPath[] | undefined, at: string): FieldError[] =>
  (items ?? []).flatMap((item, index) => validateKeyToPath(item, `${at}.items[${index}]`))

export const validateKeyToPath = (item: KeyToPath, at: string): FieldError[] => [
  ...validatePresent(item, ['key', 'path'], at),
  ...validateFilePath(item.path, `${at}.path`),
  ...validateMode(item.mode, `${at}.mode`),
]

/** Kubernetes does not say which of the files. */
export const validateDownwardApiVolume = (
  { defaultMode, items }: DownwardAPIVolumeSource,
  at: string,
): FieldError[] => [
  ...validateMode(defaultMode, `${at}.defaultMode`),
  ...(items ?? []).flatMap((file) => validateDownwardApiFile(file, at)),
]

export function validateDownwardApiFile(file: DownwardAPIVolumeFile, at: string): FieldError[] {
  const { fieldRef, resourceFieldRef } = file
  const errors = [...validatePresent(file, ['path'], at), ...validateFilePath(file.path, `${at}.path`)]
  if (fieldRef !== undefined) {
    errors.push(...validateFieldSelector(fieldRef, FIELDS, `${at}.fieldRef`))
    if (resourceFieldRef !== undefined)
      errors.push(invalidValue(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
  } else if (resourceFieldRef === undefined)
    errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'))
  else errors.push(...validateResourceSelector(resourceFieldRef, `${at}.resourceFieldRef`, { needsContainer: true }))
  return [...errors, ...validateMode(file.mode, `${at}.mode`)]
}

/** A path of a file within the volume. */
export function validateFilePath(path = '', field: string): FieldError[] {
  const errors = validateDescendingPath(path, field)
  return path.startsWith(RESERVED) && !path.startsWith(`${RESERVED}/`)
    ? [...errors, invalidValue(field, path, "must not start with '..'")]
    : errors
}

export function validateMode(mode: number | undefined, field: string): FieldError[] {
  return mode !== undefined && (mode < 0 || mode > MAX_MODE)
    ? [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []
}
