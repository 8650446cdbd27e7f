/** The limits of a LimitRange, one by one. Source of rules and wording: kubernetes v1.34,
 *  plugin/pkg/admission/limitranger/admission.go. */
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilli,
  type ResourceList,
} from '../../../../api/index.ts'

/** What is limited, and what it asks for. */
export interface Subject {
  /** `Container`, `Pod`, `PersistentVolumeClaim`. */
  type: string
  requests: ResourceList
  limits: ResourceList
}

type Amount = string | number
type Constraint = (name: string, enforced: Amount, subject: Subject) => string | undefined

const amountIn = (list: ResourceList, name: string): Amount | undefined =>
  Object.hasOwn(list, name) ? list[name] : undefined
const printed = (amount: Amount) => formatQuantity(parseQuantity(amount))

export const minimum: Constraint = (name, enforced, { type, requests, limits }) => {
  const [request, limit] = [amountIn(requests, name), amountIn(limits, name)]
  const rule = `minimum ${name} usage per ${type} is ${printed(enforced)}`
  if (request === undefined) return `${rule}.  No request is specified`
  if (compareQuantities(request, enforced) < 0) return `${rule}, but request is ${printed(request)}`
  if (limit !== undefined && compareQuantities(limit, enforced) < 0) return `${rule}, but limit is ${printed(limit)}`
  return undefined
}

export const maximum: Constraint = (name, enforced, { type, requests, limits }) => {
  const [request, limit] = [amountIn(requests, name), amountIn(limits, name)]
  const rule = `maximum ${name} usage per ${type} is ${printed(enforced)}`
  if (limit === undefined) return `${rule}.  No limit is specified`
  if (compareQuantities(limit, enforced) > 0) return `${rule}, but limit is ${printed(limit)}`
  if (request !== undefined && compareQuantities(request, enforced) > 0)
    return `${rule}, but request is ${printed(request)}`
  return undefined
}

/** For what has no limits, only requests. */
export const maximumRequest: Constraint = (name, enforced, { type, requests }) => {
  const request = amountIn(requests, name)
  const rule = `maximum ${name} usage per ${type} is ${printed(enforced)}`
  if (request === undefined) return `${rule}.  No request is specified`
  return compareQuantities(request, enforced) > 0 ? `${rule}, but request is ${printed(request)}` : undefined
}

export const limitRequestRatio: Constraint = (name, enforced, { type, requests, limits }) => {
  const [request, limit] = [amountIn(requests, name), amountIn(limits, name)]
  const rule = `${name} max limit to request ratio per ${type} is ${printed(enforced)}`
  if (request === undefined || quantityMilli(request) === 0)
    return `${rule}, but no request is specified or request is 0`
  if (limit === undefined || quantityMilli(limit) === 0) return `${rule}, but no limit is specified or limit is 0`
  const ratio = quantityMilli(limit) / quantityMilli(request)
  return ratio * 1000 > quantityMilli(enforced) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined
}

/** What the amounts of one kind of limit make of the subject. */
export const violations = (constraint: Constraint, amounts: ResourceList | undefined, subject: Subject): string[] =>
  Object.keys(amounts ?? {})
    .sort()
    .flatMap((name) => constraint(name, amounts?.[name] ?? 0, subject) ?? [])
