/** What a claim has been given, and who uses it. Source: kubernetes v1.34, pkg/apis/resource/validation
 *  (validateResourceClaimStatusUpdate). */
import { dnsLabelProblems } from '../../../formats/index.ts'
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  ResourceClaimConsumerReference,
  ResourceResourceClaim,
} from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'
import { sameValue } from '../../immutable.ts'
import { validateNodeSelector } from '../../pod/node-selector.ts'
import { requestNames, validateReference, validateReferences } from './claim-spec.ts'
import { validateEach, validateSet } from './collections.ts'
import { validateConfiguration } from './configuration.ts'
import { deviceKey, PRINTED_DEVICE, validateDeviceStatus } from './device-status.ts'
import { internalAllocation } from './internal-form.ts'
import { validateDriver, validatePool, validateUid } from './names.ts'

const MAX_CONSUMERS = 256
const MAX_RESULTS = 32
const MAX_CONFIGS = 64
const SOURCES = ['FromClaim', 'FromClass']
const RESERVED = 'status.reservedFor'

export function validateClaimStatus(claim: ResourceResourceClaim, old: ResourceResourceClaim): FieldError[] {
  const { reservedFor = [], allocation, devices } = claim.status ?? {}
  const allocated = new Set(allocation?.devices?.results?.map(deviceKey))
  const errors = validateSet(reservedFor, RESERVED, {
    max: MAX_CONSUMERS,
    check: validateConsumer,
    keyOf: ({ uid }) => uid,
    keyField: 'uid',
  })
  errors.push(
    ...validateSet(devices, 'status.devices', {
      max: Infinity,
      check: (device, at) => validateDeviceStatus(device, at, allocated),
      keyOf: deviceKey,
      keyField: 'deviceID',
      printed: () => PRINTED_DEVICE,
    }),
  )
  errors.push(...validateReservations(claim, old))
  // What is allocated stays; and may be what would be refused by now.
  if (allocation === undefined) return errors
  if (old.status?.allocation !== undefined)
    return sameValue(allocation, old.status.allocation)
      ? errors
      : [...errors, invalidValue('status.allocation', internalAllocation(allocation), 'field is immutable')]
  return [...errors, ...validateAllocation(allocation, requestNames(claim.spec.devices))]
}

function validateConsumer(consumer: Partial<ResourceClaimConsumerReference>, at: string): FieldError[] {
  return (['resource', 'name', 'uid'] as const).flatMap((field) =>
    consumer[field] ? [] : [required(`${at}.${field}`)],
  )
}

function validateReservations(claim: ResourceResourceClaim, old: ResourceResourceClaim): FieldError[] {
  const { reservedFor = [], allocation } = claim.status ?? {}
  if (reservedFor.length === 0) return []
  if (allocation === undefined) return [forbidden(RESERVED, 'may not be specified when `allocated` is not set')]
  const before = old.status?.reservedFor ?? []
  const isNew = reservedFor.some((one) => !before.some((other) => sameValue(one, other)))
  if (claim.metadata.deletionTimestamp === undefined || !isNew) return []
  const why = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'
  return [forbidden(RESERVED, why)]
}

function validateAllocation(
  { devices = {}, nodeSelector }: AllocationResult,
  names: ReadonlySet<string>,
): FieldError[] {
  const at = 'status.allocation'
  const errors = validateEach(devices.results, MAX_RESULTS, `${at}.devices.results`, (one, path) =>
    validateResult(one, path, names),
  )
  errors.push(
    ...validateEach(devices.config, MAX_CONFIGS, `${at}.devices.config`, (one, path) => [
      ...validateSource(one, path),
      ...validateReferences(one.requests, `${path}.requests`, names),
      ...validateConfiguration(one, path, false),
    ]),
  )
  if (nodeSelector === undefined) return errors
  return [...errors, ...validateNodeSelector(nodeSelector, `${at}.nodeSelector`)]
}

function validateSource({ source = '' }: Partial<DeviceAllocationConfiguration>, at: string): FieldError[] {
  if (source === '') return [required(`${at}.source`)]
  return SOURCES.includes(source) ? [] : [notSupported(`${at}.source`, source, SOURCES)]
}

function validateResult(result: Partial<DeviceRequestAllocationResult>, at: string, names: ReadonlySet<string>) {
  const { request = '', driver = '', pool = '', device = '', shareID } = result
  return [
    ...validateReference(request, `${at}.request`, names),
    ...validateDriver(driver, `${at}.driver`),
    ...validatePool(pool, `${at}.pool`),
    ...invalidFormat(`${at}.device`, device, dnsLabelProblems(device)),
    ...(shareID === undefined ? [] : validateUid(shareID, `${at}.shareID`)),
  ]
}
