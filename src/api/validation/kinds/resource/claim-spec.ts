/** What a claim asks for. Source: kubernetes v1.34, pkg/apis/resource/validation (validateDeviceClaim). */
import type { DeviceClaim, DeviceConstraint, ResourceClaimSpec } from '../../../generated/types.ts'
import { type FieldError, invalidValue, required } from '../../field-error.ts'
import { validateEach, validateSet } from './collections.ts'
import { validateConfiguration } from './configuration.ts'
import { validateFullName } from './names.ts'
import { validateRequest, validateRequestName } from './request.ts'

const MAX = 32
const UNKNOWN_REQUEST =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** `isStored`: it is what it was when it was let in. */
export function validateClaimSpec({ devices = {} }: ResourceClaimSpec, path: string, isStored: boolean): FieldError[] {
  const at = `${path}.devices`
  const names = requestNames(devices)
  return [
    ...validateSet(devices.requests, `${at}.requests`, {
      max: MAX,
      check: validateRequest,
      keyOf: ({ name }) => name ?? '',
      keyField: 'name',
    }),
    ...validateEach(devices.constraints, MAX, `${at}.constraints`, (one, own) => validateConstraint(one, own, names)),
    ...validateEach(devices.config, MAX, `${at}.config`, (one, own) => [
      ...validateReferences(one.requests, `${own}.requests`, names),
      ...validateConfiguration(one, own, isStored),
    ]),
  ]
}

/** Names of requests, and of their alternatives as `request/alternative`. */
export function requestNames({ requests = [] }: DeviceClaim = {}): ReadonlySet<string> {
  return new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((one) => `${name}/${one.name}`)]),
  )
}

export const validateReferences = (
  references: readonly string[] | undefined,
  at: string,
  names: ReadonlySet<string>,
): FieldError[] =>
  validateSet(references, at, {
    max: MAX,
    check: (one, own) => validateReference(one, own, names),
    keyOf: (one) => one,
  })

export function validateReference(name: string, at: string, names: ReadonlySet<string>): FieldError[] {
  const parts = name.split('/')
  if (parts.length > 2) return [invalidValue(at, name, UNKNOWN_REQUEST)]
  const errors = parts.flatMap((part) => validateRequestName(part, at))
  return names.has(name) ? errors : [...errors, invalidValue(at, name, UNKNOWN_REQUEST)]
}

function validateConstraint(constraint: DeviceConstraint, at: string, names: ReadonlySet<string>): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint
  const errors = validateReferences(requests, `${at}.requests`, names)
  if (matchAttribute !== undefined) return [...errors, ...validateFullName(matchAttribute, `${at}.matchAttribute`)]
  if (distinctAttribute !== undefined)
    return [...errors, ...validateFullName(distinctAttribute, `${at}.distinctAttribute`)]
  return [...errors, required(`${at}.matchAttribute`)]
}
