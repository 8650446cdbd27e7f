/** Names and amounts of resources, as quotas and limit ranges use them.
 *  Source: kubernetes v1.34, pkg/apis/core/{helper,validation}. */
import { qualifiedNameProblems } from '../../formats/index.ts'
import { compareQuantities, parseQuantity } from '../../quantity/index.ts'
import { type FieldError, invalidFormat, invalidValue } from '../field-error.ts'

const CONTAINER = ['cpu', 'memory', 'ephemeral-storage']
const COUNTED = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const QUOTA = [
  ...CONTAINER,
  ...CONTAINER.map((name) => `requests.${name}`),
  ...CONTAINER.map((name) => `limits.${name}`),
  'requests.storage',
  ...COUNTED,
]
const isHugePages = (name: string) => name.startsWith('hugepages-')
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/')

/** Whether a quota knows the name of old. */
export const isStandardQuotaName = (name: string): boolean =>
  QUOTA.includes(name) || isHugePages(name) || name.startsWith('requests.hugepages-')

export function validateQuotaName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (!name.includes('/') && !isStandardQuotaName(name))
    errors.push(invalidValue(path, name, 'must be a standard resource for quota'))
  return errors
}

export function validateResourceName(name: string, path: string): FieldError[] {
  const errors = invalidFormat(path, name, qualifiedNameProblems(name))
  if (errors.length > 0 || name.includes('/') || name === 'storage' || isStandardQuotaName(name)) return errors
  return [invalidValue(path, name, 'must be a standard resource type or fully qualified')]
}

export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (!name.includes('/') && !CONTAINER.includes(name) && !isHugePages(name))
    errors.push(invalidValue(path, name, 'must be a standard resource for containers'))
  if (!isNative(name) && name.startsWith('requests.'))
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"))
  return errors
}

/** Only what is native and divisible may be promised to several. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name)

export function validateAmount(name: string, amount: string | number, path: string): FieldError[] {
  const errors: FieldError[] = []
  if (compareQuantities(amount, 0) < 0) errors.push(invalidValue(path, amount, 'must be greater than or equal to 0'))
  const isWhole = COUNTED.includes(name) || (!isNative(name) && !name.startsWith('requests.'))
  if (isWhole && parseQuantity(amount).exponent < 0) errors.push(invalidValue(path, amount, 'must be an integer'))
  return errors
}
