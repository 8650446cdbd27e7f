/** What of a pod, and of its containers' resources, variables and files may be made from. Source: kubernetes v1.34,
 *  pkg/apis/core/validation (validateObjectFieldSelector, validateContainerResourceFieldSelector), pkg/apis/core/pods. */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity } from '../../quantity/index.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'

/** What a pod's fields are called; which of them may be used is for the place to say. */
const LABELS = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
])
const SUBSCRIPT = /^(.+?)\['(.*)'\]$/s

/** `usable` are the fields without a subscript, in the order in which they are told. */
export function validateFieldSelector(
  { apiVersion = 'v1', fieldPath }: Partial<ObjectFieldSelector>,
  usable: readonly string[],
  at: string,
): FieldError[] {
  if (!apiVersion) return [required(`${at}.apiVersion`)]
  const field = `${at}.fieldPath`
  if (!fieldPath) return [required(field)]
  const problem = conversionProblem(apiVersion, fieldPath)
  if (problem !== undefined) return [invalidValue(field, fieldPath, `error converting fieldPath: ${problem}`)]
  const [, path, key = ''] = SUBSCRIPT.exec(fieldPath) ?? []
  if (path === 'metadata.annotations')
    return invalidFormat(at, key.toLowerCase(), qualifiedNameProblems(key.toLowerCase()))
  if (path === 'metadata.labels') return invalidFormat(at, key, qualifiedNameProblems(key))
  // The old name of the field.
  const plain = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath
  return usable.includes(plain) ? [] : [notSupported(field, plain, usable)]
}

function conversionProblem(version: string, label: string): string | undefined {
  if (version !== 'v1') return `unsupported pod version: ${version}`
  const path = SUBSCRIPT.exec(label)?.[1]
  if (path !== undefined)
    return path === 'metadata.annotations' || path === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${label}`
  return LABELS.has(label) || label === 'spec.host' ? undefined : `field label not supported: ${label}`
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const HUGE_PAGES = /^(limits|requests)\.hugepages-/
const BYTE_UNITS = [
  '1',
  ...['k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit) => `1${unit}`),
]
const CPU_UNITS = ['1m', '1']

export function validateResourceSelector(
  { containerName, resource = '', divisor }: Partial<ResourceFieldSelector>,
  at: string,
  { needsContainer }: { needsContainer: boolean },
): FieldError[] {
  const errors: FieldError[] = []
  if (needsContainer && !containerName) errors.push(required(`${at}.containerName`))
  else if (resource === '') errors.push(required(`${at}.resource`))
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource))
    errors.push(notSupported(`${at}.resource`, resource, RESOURCES))
  return [...errors, ...validateDivisor(resource, divisor, `${at}.divisor`)]
}

function validateDivisor(resource: string, divisor: string | number | undefined, field: string): FieldError[] {
  if (divisor === undefined || compareQuantities(divisor, 0) === 0) return []
  const [units, what] = unitsOf(resource)
  if (units.length === 0 || units.includes(formatQuantity(parseQuantity(divisor)))) return []
  const listed = units === CPU_UNITS ? '1m and 1' : units.join(', ')
  return [invalidValue(field, resource, `only divisor's values ${listed} are supported with the ${what} resource`)]
}

function unitsOf(resource: string): [units: readonly string[], what: string] {
  if (HUGE_PAGES.test(resource)) return [BYTE_UNITS, 'hugepages']
  if (resource.endsWith('.cpu') && RESOURCES.includes(resource)) return [CPU_UNITS, 'cpu']
  if (resource.endsWith('.memory') && RESOURCES.includes(resource)) return [BYTE_UNITS, 'memory']
  return RESOURCES.includes(resource) ? [BYTE_UNITS, 'local ephemeral storage'] : [[], '']
}
