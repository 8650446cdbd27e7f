/** What drivers are told, in words of their own. Source: kubernetes v1.34, pkg/apis/resource/validation
 *  (validateDeviceConfiguration, validateRawExtension). */
import type { OpaqueDeviceConfiguration } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required, tooLong } from '../../field-error.ts'
import { validateDriver } from './names.ts'

const MAX_BYTES = 10 * 1024

/** `isStored`: how large it is has been looked at before. */
export function validateConfiguration(
  { opaque }: { opaque?: Partial<OpaqueDeviceConfiguration> | undefined },
  at: string,
  isStored: boolean,
): FieldError[] {
  if (opaque === undefined) return [required(`${at}.opaque`)]
  return [
    ...validateDriver(opaque.driver ?? '', `${at}.opaque.driver`),
    ...validateRaw(opaque.parameters, `${at}.opaque.parameters`, isStored),
  ]
}

export function validateRaw(value: unknown, at: string, isStored: boolean): FieldError[] {
  if (value === undefined || value === null) return [required(at)]
  if (!isStored && Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES) return [tooLong(at, MAX_BYTES)]
  const isObject = typeof value === 'object' && !Array.isArray(value)
  return isObject ? [] : [invalidValue(at, '<value omitted>', 'must be a valid JSON object')]
}
