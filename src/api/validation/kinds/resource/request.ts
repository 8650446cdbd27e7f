/** Requests for devices. Source: kubernetes v1.34, pkg/apis/resource/validation (validateDeviceRequest). */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  labelValueProblems,
  qualifiedNameProblems,
} from '../../../formats/index.ts'
import type { DeviceRequest, DeviceSubRequest, DeviceToleration, ExactDeviceRequest } from '../../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'
import { validateSet } from './collections.ts'
import { validateSelectors } from './selector.ts'

const MAX_ALTERNATIVES = 8
const MODES = ['All', 'ExactCount']
const OPERATORS = ['Equal', 'Exists']
const EFFECTS = ['NoExecute', 'NoSchedule']
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required'

export const validateRequestName = (name: string, at: string): FieldError[] =>
  invalidFormat(at, name, dnsLabelProblems(name))

export function validateRequest({ name = '', exactly, firstAvailable = [] }: Partial<DeviceRequest>, at: string) {
  const errors = validateRequestName(name, `${at}.name`)
  errors.push(
    ...validateSet<Partial<DeviceSubRequest>>(firstAvailable, `${at}.firstAvailable`, {
      max: MAX_ALTERNATIVES,
      check: (one, path) => [...validateRequestName(one.name ?? '', `${path}.name`), ...validateWanted(one, path)],
      keyOf: (one) => one.name ?? '',
      keyField: 'name',
    }),
  )
  if (exactly !== undefined) errors.push(...validateWanted(exactly, `${at}.exactly`))
  if (exactly === undefined && firstAvailable.length === 0) errors.push(required(at, ONE_OF))
  if (exactly !== undefined && firstAvailable.length > 0)
    errors.push(invalidValue(at, undefined, `${ONE_OF}, but multiple fields are set`))
  return errors
}

function validateWanted(request: Partial<ExactDeviceRequest>, at: string): FieldError[] {
  const { deviceClassName: name = '', allocationMode = '', count = 0, tolerations = [] } = request
  const path = `${at}.deviceClassName`
  const errors = name === '' ? [required(path)] : invalidFormat(path, name, dnsSubdomainProblems(name))
  errors.push(...validateSelectors(request.selectors, `${at}.selectors`))
  if (!MODES.includes(allocationMode)) errors.push(notSupported(`${at}.allocationMode`, allocationMode, MODES))
  else if (allocationMode === 'All' && count !== 0)
    errors.push(invalidValue(`${at}.count`, count, "must not be specified when allocationMode is 'All'"))
  else if (allocationMode === 'ExactCount' && count <= 0)
    errors.push(invalidValue(`${at}.count`, count, 'must be greater than zero'))
  return [
    ...errors,
    ...tolerations.flatMap((toleration, index) => validateToleration(toleration, `${at}.tolerations[${index}]`)),
  ]
}

function validateToleration(toleration: DeviceToleration, at: string): FieldError[] {
  const { key, operator = '', value = '', effect } = toleration
  const errors = key ? invalidFormat(`${at}.key`, key, qualifiedNameProblems(key)) : []
  if (operator === 'Exists') {
    if (value !== '') errors.push(invalidValue(`${at}.value`, value, 'must be empty for operator `Exists`'))
  } else if (operator === 'Equal') errors.push(...invalidFormat(`${at}.value`, value, labelValueProblems(value)))
  else if (operator === '') errors.push(required(`${at}.operator`))
  else errors.push(notSupported(`${at}.operator`, operator, OPERATORS))
  if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS))
  return errors
}
