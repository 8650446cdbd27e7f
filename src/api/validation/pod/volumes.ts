/** Volumes. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateVolumes, validateVolumeSource). */
import { configKeyProblems, dnsLabelProblems } from '../../formats/index.ts'
import type { KeyToPath, Volume } from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'

/** The errors, and the names that mounts may refer to. */
export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  path: string,
): { names: Set<string>; errors: FieldError[] } {
  const names = new Set<string>()
  const errors = (volumes ?? []).flatMap((volume, index) => {
    const at = `${path}[${index}]`
    const own = validateSource(volume, at)
    if (!volume.name) own.push(required(`${at}.name`))
    else own.push(...invalidFormat(`${at}.name`, volume.name, dnsLabelProblems(volume.name)))
    if (names.has(volume.name)) own.push(duplicate(`${at}.name`, volume.name))
    names.add(volume.name)
    return own
  })
  return { names, errors }
}

function validateSource(volume: Volume, at: string): FieldError[] {
  const [source, ...more] = Object.keys(volume).filter((field) => field !== 'name')
  if (source === undefined) return [required(at, 'must specify a volume type')]
  const errors = more.map((field) => forbidden(`${at}.${field}`, 'may not specify more than 1 volume type'))
  const { secret, configMap, hostPath, persistentVolumeClaim: claim } = volume
  if (secret && !secret.secretName) errors.push(required(`${at}.secret.secretName`))
  if (secret) errors.push(...validateItems(secret.items, secret.defaultMode, `${at}.secret`))
  if (configMap && !configMap.name) errors.push(required(`${at}.configMap.name`))
  if (configMap) errors.push(...validateItems(configMap.items, configMap.defaultMode, `${at}.configMap`))
  if (hostPath && !hostPath.path) errors.push(required(`${at}.hostPath.path`))
  else if (hostPath?.path.split('/').includes('..'))
    errors.push(invalidValue(`${at}.hostPath.path`, hostPath.path, "must not contain '..'"))
  if (claim && !claim.claimName) errors.push(required(`${at}.persistentVolumeClaim.claimName`))
  return errors
}

function validateItems(items: readonly KeyToPath[] | undefined, mode: number | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (mode !== undefined && (mode < 0 || mode > 0o777))
    errors.push(invalidValue(`${at}.defaultMode`, mode, 'must be a number between 0 and 0777 (octal), both inclusive'))
  ;(items ?? []).forEach((item, index) => {
    const own = `${at}.items[${index}]`
    if (!item.key) errors.push(required(`${own}.key`))
    else errors.push(...invalidFormat(`${own}.key`, item.key, configKeyProblems(item.key)))
    if (!item.path) errors.push(required(`${own}.path`))
    else if (item.path.startsWith('/')) errors.push(invalidValue(`${own}.path`, item.path, 'must be a relative path'))
    else if (item.path.split('/').includes('..'))
      errors.push(invalidValue(`${own}.path`, item.path, "must not contain '..'"))
  })
  return errors
}
