/** Requests and limits. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateContainerResourceRequirements). */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { ResourceRequirements } from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, invalidFormat, invalidValue } from '../field-error.ts'

const STANDARD = ['cpu', 'memory', 'ephemeral-storage']
/** What may be promised more often than it exists. */
const OVERCOMMITTED = STANDARD

export function validateResources(resources: ResourceRequirements | undefined, path: string): FieldError[] {
  const { limits = {}, requests = {} } = resources ?? {}
  const errors: FieldError[] = []
  for (const [name, quantity] of Object.entries(limits))
    errors.push(...validateName(name, `${path}.limits`), ...validateAmount(name, quantity, `${path}.limits[${name}]`))
  for (const [name, quantity] of Object.entries(requests)) {
    const at = `${path}.requests`
    errors.push(...validateName(name, at), ...validateAmount(name, quantity, `${at}[${name}]`))
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined
    if (limit !== undefined && compareQuantities(quantity, limit) > 0) {
      const why = `must be less than or equal to ${name} limit of ${limit}`
      errors.push(invalidValue(at, quantity, why))
    } else if (!OVERCOMMITTED.includes(name) && limit !== undefined && compareQuantities(quantity, limit) !== 0)
      errors.push(invalidValue(at, quantity, `must be equal to ${name} limit of ${limit}`))
  }
  return errors
}

function validateName(name: string, path: string): FieldError[] {
  const errors = invalidFormat(path, name, qualifiedNameProblems(name))
  if (errors.length > 0 || name.includes('/') || STANDARD.includes(name) || name.startsWith('hugepages-')) return errors
  return [
    invalidValue(path, name, 'must be a standard resource type or fully qualified'),
    invalidValue(path, name, 'must be a standard resource for containers'),
  ]
}

function validateAmount(name: string, quantity: string | number, path: string): FieldError[] {
  if (compareQuantities(quantity, 0) < 0) return [invalidValue(path, quantity, 'must be greater than or equal to 0')]
  const whole = name.includes('/') && !name.startsWith('kubernetes.io/')
  return whole && !/^\d+[kMGTPE]?$/.test(String(quantity)) ? [invalidValue(path, quantity, 'must be an integer')] : []
}
