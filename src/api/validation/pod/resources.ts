/** Requests and limits, of containers and of pods as a whole.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validateResourceRequirements, validatePodResources). */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { ResourceClaim, ResourceRequirements } from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity } from '../../quantity/index.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../field-error.ts'
import {
  isOvercommitAllowed,
  validateAmount,
  validateContainerResourceName,
  validateResourceName,
} from '../kinds/resource-names.ts'
import { isHugePages, isWholePages } from './huge-pages.ts'

interface ResourceOptions {
  /** The names of the pod's claims. */
  claims?: ReadonlySet<string>
  allowsBrokenPages?: boolean | undefined
  /** Of a pod as a whole: fewer resources can be given to it. */
  ofPod?: boolean
}

export function validateResources(
  resources: ResourceRequirements | undefined,
  path: string,
  { claims = new Set(), allowsBrokenPages = false, ofPod = false }: ResourceOptions = {},
): FieldError[] {
  const { limits = {}, requests = {} } = resources ?? {}
  const validateName = ofPod ? validatePodResourceName : validateContainerResourceName
  const errors: FieldError[] = []
  const validatePages = (name: string, amount: string | number, at: string) => {
    if (isWholePages(name, amount) || allowsBrokenPages) return
    const text = printed(amount)
    errors.push(invalidValue(at, text, `${text} is not positive integer multiple of ${name}`))
  }
  for (const [name, amount] of Object.entries(limits)) {
    const at = `${path}.limits[${name}]`
    errors.push(...validateName(name, at), ...validateAmount(name, amount, at))
    validatePages(name, amount, at)
  }
  for (const [name, amount] of Object.entries(requests)) {
    const at = `${path}.requests[${name}]`
    errors.push(...validateName(name, at), ...validateAmount(name, amount, at))
    errors.push(...validateAgainstLimit(name, amount, Object.hasOwn(limits, name) ? limits[name] : undefined, path))
    validatePages(name, amount, at)
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  // The place is that of the last one looked at in Kubernetes too: of all of them together.
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'))
  return [...errors, ...validateClaims(resources?.claims ?? [], claims, `${path}.claims`)]
}

function validateAgainstLimit(
  name: string,
  amount: string | number,
  limit: string | number | undefined,
  path: string,
): FieldError[] {
  const isShared = isOvercommitAllowed(name)
  if (limit === undefined)
    return isShared ? [] : [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')]
  const difference = compareQuantities(amount, limit)
  const refuse = (what: string) => [
    invalidValue(`${path}.requests`, printed(amount), `must be ${what} ${name} limit of ${printed(limit)}`),
  ]
  if (difference !== 0 && !isShared) return refuse('equal to')
  return difference > 0 ? refuse('less than or equal to') : []
}

const printed = (amount: string | number) => formatQuantity(parseQuantity(amount))

function validatePodResourceName(name: string, path: string): FieldError[] {
  const errors = validateResourceName(name, path)
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || isHugePages(name)) return errors
  return [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])]
}

/** A claim is named whole, or by its requests, not both. */
function validateClaims(claims: readonly ResourceClaim[], known: ReadonlySet<string>, path: string): FieldError[] {
  const seen = new Set<string>()
  return claims.flatMap(({ name = '', request = '' }: Partial<ResourceClaim>, index) => {
    const at = `${path}[${index}]`
    if (name === '') return [required(at)]
    const errors: FieldError[] = []
    if (seen.has(name)) errors.push(duplicate(at, name))
    else {
      if (request !== '') errors.push(...invalidFormat(`${at}.request`, request, dnsLabelProblems(request)))
      const key = request === '' ? name : `${name}/${request}`
      if (seen.has(key)) errors.push(duplicate(at, key))
      else if (request === '')
        for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name))
      seen.add(key)
    }
    if (!known.has(name)) {
      const which = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`
      const { message, ...rest } = notFoundValue(at, name)
      errors.push({ ...rest, message: `${message}: must be one of the names in pod.spec.resourceClaims${which}` })
    }
    return errors
  })
}
