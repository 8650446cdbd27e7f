/** Seccomp and AppArmor profiles. Source: kubernetes v1.34, pkg/apis/core/validation (validateSeccompProfileField,
 *  ValidateAppArmorProfileField). */
import type { AppArmorProfile, SeccompProfile } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.ts'
import { validateDescendingPath } from './paths.ts'

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']
/** A path's longest, without the byte that ends it. */
const MAX_PROFILE = 4095

export function validateSeccompProfile(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (profile === undefined) return []
  const { type = '', localhostProfile: file } = profile as Partial<SeccompProfile>
  const at = `${path}.localhostProfile`
  const errors: FieldError[] = []
  if (type === '') errors.push(required(`${path}.type`, 'type is required when seccompProfile is set'))
  else if (!TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES))
  if (type !== 'Localhost') {
    // The value is printed as the server's own type has it.
    const printed = { Type: type, LocalhostProfile: file }
    if (file !== undefined) errors.push(invalidValue(at, printed, 'can only be set when seccomp type is Localhost'))
  } else if (file === undefined) errors.push(required(at, 'must be set when seccomp type is Localhost'))
  else errors.push(...validateDescendingPath(file, at))
  return errors
}

export const isValidAppArmorProfile = (profile: AppArmorProfile): boolean =>
  validateAppArmorProfile(profile, '').length === 0

export function validateAppArmorProfile(profile: AppArmorProfile | undefined, path: string): FieldError[] {
  if (profile === undefined) return []
  const { type = '', localhostProfile: name } = profile as Partial<AppArmorProfile>
  const at = `${path}.localhostProfile`
  if (type === '') return [required(`${path}.type`, 'type is required when appArmorProfile is set')]
  if (!TYPES.includes(type)) return [notSupported(`${path}.type`, type, TYPES)]
  if (type !== 'Localhost')
    return name === undefined ? [] : [invalidValue(at, name, 'can only be set when AppArmor type is Localhost')]
  const missing = required(at, 'must be set when AppArmor type is Localhost')
  if (name === undefined) return [missing]
  const errors: FieldError[] = []
  if (name.trim() !== name) errors.push(invalidValue(at, name, 'must not be padded with whitespace'))
  else if (name === '') errors.push(missing)
  return Buffer.byteLength(name) > MAX_PROFILE ? [...errors, tooLong(at, MAX_PROFILE)] : errors
}
