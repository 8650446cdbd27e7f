/** LimitRanges. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateLimitRange). */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { LimitRange, LimitRangeItem } from '../../generated/types.ts'
import { compareQuantities, quantityMilli } from '../../quantity/index.ts'
import { duplicate, type FieldError, forbidden, invalidFormat, invalidValue, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from './resource-names.ts'

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']
const PARTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

export const limitRangeRules: KindRules<LimitRange> = {
  reportsMissing: true,
  validate: ({ spec }) => {
    const limits = spec?.limits ?? []
    return limits.flatMap((item, i) => {
      const path = `spec.limits[${i}]`
      const repeated = limits.findIndex(({ type }) => type === item.type) < i
      return [
        ...validateType(item.type, `${path}.type`),
        ...(repeated ? [duplicate(`${path}.type`, item.type)] : []),
        ...validateItem(item, path),
      ]
    })
  },
}

function validateType(type: string, path: string): FieldError[] {
  const errors = invalidFormat(path, type, qualifiedNameProblems(type))
  if (errors.length > 0 || type.includes('/') || TYPES.includes(type)) return errors
  return [invalidValue(path, type, 'must be a standard limit type or fully qualified')]
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const isPod = item.type === 'Pod'
  const checkName = isPod || item.type === 'Container' ? validateContainerResourceName : validateResourceName
  const errors: FieldError[] = []
  const names = new Set<string>()
  for (const part of PARTS) {
    const amounts = Object.keys(item[part] ?? {})
    if (isPod && (part === 'default' || part === 'defaultRequest')) {
      if (amounts.length > 0) errors.push(forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'"))
      continue
    }
    for (const name of amounts) {
      errors.push(...checkName(name, `${path}.${part}[${name}]`))
      names.add(name)
    }
  }
  if (item.type === 'PersistentVolumeClaim' && item.min?.storage === undefined && item.max?.storage === undefined) {
    const why = 'either minimum or maximum storage value is required, but neither was provided'
    errors.push(required(`${path}.limits`, why))
  }
  return [...errors, ...[...names].flatMap((name) => validateOrder(item, name, path))]
}

type Amount = string | number | undefined

/** The minimum, the defaults and the maximum must follow each other. */
function validateOrder(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const { min, max, default: limit, defaultRequest: request } = item
  const of = (list: Record<string, string | number> | undefined): Amount =>
    list !== undefined && Object.hasOwn(list, name) ? list[name] : undefined
  const rules: [Amount, Amount, string, string, Amount][] = [
    [of(min), of(max), 'min', 'min value L is greater than max value H', of(min)],
    [of(min), of(request), 'defaultRequest', 'min value L is greater than default request value H', of(request)],
    [of(request), of(max), 'defaultRequest', 'default request value L is greater than max value H', of(request)],
    [
      of(request),
      of(limit),
      'defaultRequest',
      'default request value L is greater than default limit value H',
      of(request),
    ],
    [of(min), of(limit), 'default', 'min value L is greater than default value H', of(min)],
    [of(limit), of(max), 'default', 'default value L is greater than max value H', of(max)],
  ]
  const errors = rules.flatMap(([low, high, part, why, shown]) =>
    low === undefined || high === undefined || compareQuantities(low, high) <= 0
      ? []
      : [invalidValue(`${path}.${part}[${name}]`, shown, why.replace('L', String(low)).replace('H', String(high)))],
  )
  errors.push(...validateRatio({ ratio: of(item.maxLimitRequestRatio), min: of(min), max: of(max) }, name, path))
  const [low, high] = [of(request), of(limit)]
  if (low !== undefined && high !== undefined && !isOvercommitAllowed(name) && compareQuantities(low, high) !== 0) {
    const why = `default value ${high} must equal to defaultRequest value ${low} in ${name}`
    errors.push(invalidValue(`${path}.defaultRequest[${name}]`, low, why))
  }
  return errors
}

function validateRatio(
  { ratio, min, max }: { ratio: Amount; min: Amount; max: Amount },
  name: string,
  path: string,
): FieldError[] {
  if (ratio === undefined) return []
  const at = `${path}.maxLimitRequestRatio[${name}]`
  const errors: FieldError[] = []
  if (compareQuantities(ratio, 1) < 0) errors.push(invalidValue(at, ratio, `ratio ${ratio} is less than 1`))
  if (min === undefined || max === undefined) return errors
  const widest = quantityMilli(max) / quantityMilli(min)
  if (quantityMilli(ratio) / 1000 > widest)
    errors.push(invalidValue(at, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`))
  return errors
}
