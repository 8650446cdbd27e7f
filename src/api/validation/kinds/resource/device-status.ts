/** How an allocated device is. Source: kubernetes v1.34, pkg/apis/resource/validation (validateDeviceStatus);
 *  k8s.io/apimachinery v0.34, pkg/apis/meta/v1/validation (ValidateConditions), pkg/util/validation
 *  (IsValidInterfaceAddress). */
import { dnsLabelProblems, formatIpAddress, parseIpBlock, qualifiedNameProblems } from '../../../formats/index.ts'
import type { AllocatedDeviceStatus, Condition, NetworkDeviceData } from '../../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../field-error.ts'
import { validateSet } from './collections.ts'
import { validateRaw } from './configuration.ts'
import { validateDriver, validatePool, validateUid } from './names.ts'

const MAX_CONDITIONS = 8
const MAX_REASON = 1024
const MAX_MESSAGE = 32 * 1024
const MAX_INTERFACE = 256
const MAX_HARDWARE_ADDRESS = 128
const MAX_ADDRESSES = 16
const STATUSES = ['False', 'True', 'Unknown']
const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?'
const REASON_REGEX = new RegExp(`^${REASON}$`)

/** Kubernetes' messages print a device without what is in it. */
export const PRINTED_DEVICE = { Driver: {}, Pool: {}, Device: {}, ShareID: {} }

/** `driver/pool/device`, and the share if it is shared. */
export const deviceKey = ({ driver = '', pool = '', device = '', shareID }: Partial<AllocatedDeviceStatus>): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/')

export function validateDeviceStatus(
  status: Partial<AllocatedDeviceStatus>,
  at: string,
  allocated: ReadonlySet<string>,
): FieldError[] {
  const { driver = '', pool = '', device = '', shareID, conditions = [], data, networkData } = status
  const errors = [
    ...validateDriver(driver, `${at}.driver`),
    ...validatePool(pool, `${at}.pool`),
    ...invalidFormat(`${at}.device`, device, dnsLabelProblems(device)),
    ...(shareID === undefined ? [] : validateUid(shareID, `${at}.shareID`)),
  ]
  if (!allocated.has(deviceKey(status)))
    errors.push(invalidValue(at, PRINTED_DEVICE, 'must be an allocated device in the claim'))
  if (conditions.length > MAX_CONDITIONS) errors.push(tooMany(`${at}.conditions`, conditions.length, MAX_CONDITIONS))
  errors.push(...validateConditions(conditions, `${at}.conditions`))
  if (data !== undefined) errors.push(...validateRaw(data, `${at}.data`, false))
  return networkData === undefined ? errors : [...errors, ...validateNetwork(networkData, `${at}.networkData`)]
}

function validateConditions(conditions: readonly Partial<Condition>[], path: string): FieldError[] {
  const types = new Set<string>()
  return conditions.flatMap((condition, index) => {
    const { type = '' } = condition
    const errors = types.has(type) ? [duplicate(`${path}[${index}].type`, type)] : []
    types.add(type)
    return [...errors, ...validateCondition(condition, `${path}[${index}]`)]
  })
}

function validateCondition(condition: Partial<Condition>, at: string): FieldError[] {
  const { type = '', status = '', observedGeneration = 0, lastTransitionTime, reason = '', message = '' } = condition
  const errors = invalidFormat(`${at}.type`, type, qualifiedNameProblems(type))
  if (!STATUSES.includes(status)) errors.push(notSupported(`${at}.status`, status, STATUSES))
  if (observedGeneration < 0)
    errors.push(invalidValue(`${at}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
  if (!lastTransitionTime) errors.push(required(`${at}.lastTransitionTime`))
  if (reason === '') errors.push(required(`${at}.reason`))
  else {
    const why = `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '${REASON}')`
    if (!REASON_REGEX.test(reason)) errors.push(invalidValue(`${at}.reason`, reason, why))
    if (Buffer.byteLength(reason) > MAX_REASON) errors.push(tooLong(`${at}.reason`, MAX_REASON))
  }
  if (Buffer.byteLength(message) > MAX_MESSAGE) errors.push(tooLong(`${at}.message`, MAX_MESSAGE))
  return errors
}

function validateNetwork(
  { interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData,
  at: string,
): FieldError[] {
  const errors: FieldError[] = []
  if (Buffer.byteLength(interfaceName) > MAX_INTERFACE) errors.push(tooLong(`${at}.interfaceName`, MAX_INTERFACE))
  if (Buffer.byteLength(hardwareAddress) > MAX_HARDWARE_ADDRESS)
    errors.push(tooLong(`${at}.hardwareAddress`, MAX_HARDWARE_ADDRESS))
  const unique = { max: MAX_ADDRESSES, check: validateInterfaceAddress, keyOf: (one: string) => one }
  return [...errors, ...validateSet(ips, `${at}.ips`, unique)]
}

/** An address with the length of its network's prefix. */
function validateInterfaceAddress(text: string, at: string): FieldError[] {
  const block = parseIpBlock(text)
  if (block === undefined)
    return [invalidValue(at, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')]
  const canonical = `${formatIpAddress(block)}/${block.prefixLength}`
  return text === canonical ? [] : [invalidValue(at, text, `must be in canonical form ("${canonical}")`)]
}
