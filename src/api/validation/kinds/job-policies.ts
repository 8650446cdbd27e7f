/** When a Job is over before its pods are: failure and success policies. Source: kubernetes v1.34,
 *  pkg/apis/batch/validation (validatePodFailurePolicy, validateSuccessPolicy). */
import { qualifiedNameProblems } from '../../formats/index.ts'
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  invalidFormat,
  invalidValue,
  invalidWithoutValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field-error.ts'
import { nonNegative } from '../numbers.ts'
import { countIndexes } from './job-indexes.ts'

const MAX = { rules: 20, exitCodes: 255, conditions: 20, indexesBytes: 64 * 1024 } as const
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']

const choice = (values: readonly string[]) => `valid values: [${values.map((value) => `"${value}"`).join(' ')}]`

function oneOf(value: string | undefined, values: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path, choice(values))]
  return values.includes(value) ? [] : [notSupported(path, value, values)]
}

export function validateFailurePolicy(spec: Partial<JobSpec>, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? []
  const errors: FieldError[] = rules.length > MAX.rules ? [tooMany(`${path}.rules`, rules.length, MAX.rules)] : []
  return [...errors, ...rules.flatMap((rule, index) => validateFailureRule(rule, spec, `${path}.rules[${index}]`))]
}

function validateFailureRule(rule: PodFailurePolicyRule, spec: Partial<JobSpec>, at: string): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule
  const errors = oneOf(action, ACTIONS, `${at}.action`)
  if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalidValue(`${at}.action`, action, 'requires the backoffLimitPerIndex to be set'))
  if (onExitCodes !== undefined) errors.push(...validateExitCodes(onExitCodes, spec, `${at}.onExitCodes`))
  errors.push(...validateConditions(onPodConditions, `${at}.onPodConditions`))
  if (onExitCodes !== undefined && onPodConditions.length > 0)
    errors.push(invalidWithoutValue(at, 'specifying both OnExitCodes and OnPodConditions is not supported'))
  if (onExitCodes === undefined && onPodConditions.length === 0)
    errors.push(invalidWithoutValue(at, 'specifying one of OnExitCodes and OnPodConditions is required'))
  return errors
}

function validateExitCodes(
  { operator, containerName, values: given }: Partial<PodFailurePolicyOnExitCodesRequirement>,
  { template }: Partial<JobSpec>,
  at: string,
): FieldError[] {
  const path = `${at}.values`
  const values = given ?? []
  const errors = oneOf(operator, OPERATORS, `${at}.operator`)
  const containers = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])]
  if (containerName !== undefined && !containers.some(({ name }) => name === containerName)) {
    const why = 'must be one of the container or initContainer names in the pod template'
    errors.push(invalidValue(`${at}.containerName`, containerName, why))
  }
  if (values.length === 0) errors.push(invalidValue(path, given ?? null, 'at least one value is required'))
  else if (values.length > MAX.exitCodes) errors.push(tooMany(path, values.length, MAX.exitCodes))
  const seen = new Set<number>()
  values.forEach((value, index) => {
    if (operator === 'In' && value === 0)
      errors.push(invalidValue(`${path}[${index}]`, value, 'must not be 0 for the In operator'))
    if (seen.has(value)) errors.push(duplicate(`${path}[${index}]`, value))
    seen.add(value)
  })
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value))
    errors.push(invalidValue(path, values, 'must be ordered'))
  return errors
}

function validateConditions(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], path: string): FieldError[] {
  const errors: FieldError[] = patterns.length > MAX.conditions ? [tooMany(path, patterns.length, MAX.conditions)] : []
  return [
    ...errors,
    ...patterns.flatMap(({ type = '', status }: Partial<PodFailurePolicyOnPodConditionsPattern>, index) => [
      ...invalidFormat(`${path}[${index}].type`, type, qualifiedNameProblems(type)),
      ...oneOf(status, STATUSES, `${path}[${index}].status`),
    ]),
  ]
}

export function validateSuccessPolicy(spec: Partial<JobSpec>, path: string): FieldError[] {
  const { successPolicy, completions = 0, completionMode } = spec
  if (completionMode !== 'Indexed')
    return [invalidValue(path, printedSuccessPolicy(successPolicy), 'requires indexed completion mode')]
  const rules = successPolicy?.rules ?? []
  const why = 'at least one rules must be specified when the successPolicy is specified'
  const errors: FieldError[] = rules.length === 0 ? [required(`${path}.rules`, why)] : []
  if (rules.length > MAX.rules) errors.push(tooMany(`${path}.rules`, rules.length, MAX.rules))
  rules.forEach((rule, index) => errors.push(...validateSuccessRule(rule, completions, `${path}.rules[${index}]`)))
  return errors
}

/** As errors print it: by the names of Go's fields. */
export const printedFailurePolicy = ({ rules }: PodFailurePolicy) => ({
  Rules:
    rules?.map(({ action, onExitCodes, onPodConditions }) => ({
      Action: action,
      OnExitCodes: onExitCodes
        ? {
            ContainerName: onExitCodes.containerName ?? null,
            Operator: onExitCodes.operator ?? '',
            Values: onExitCodes.values ?? null,
          }
        : null,
      OnPodConditions: onPodConditions?.map(({ type, status }) => ({ Type: type, Status: status })) ?? null,
    })) ?? null,
})

/** As errors print it: by the names of Go's fields. */
export const printedSuccessPolicy = (policy: SuccessPolicy | undefined) => ({
  Rules:
    policy?.rules?.map(({ succeededIndexes, succeededCount }) => ({
      SucceededIndexes: succeededIndexes ?? null,
      SucceededCount: succeededCount ?? null,
    })) ?? null,
})

function validateSuccessRule(rule: SuccessPolicyRule, completions: number, at: string): FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule
  const path = `${at}.succeededCount`
  if (count === undefined && indexes === undefined)
    return [required(at, 'at least one of succeededCount or succeededIndexes must be specified')]
  const counted = indexes === undefined ? undefined : countIndexes(indexes, completions)
  const errors: FieldError[] = []
  if (indexes !== undefined && Buffer.byteLength(indexes) > MAX.indexesBytes)
    errors.push(tooLong(`${at}.succeededIndexes`, MAX.indexesBytes))
  if (typeof counted === 'string') {
    const why = `error parsing succeededIndexes: ${counted}`
    errors.push(invalidValue(`${at}.succeededIndexes`, indexes, why))
  }
  if (count === undefined) return errors
  errors.push(...nonNegative(count, path))
  const atMost = (max: number, what: string) => `must be less than or equal to ${max} (the number of ${what})`
  if (count > completions) errors.push(invalidValue(path, count, atMost(completions, 'specified completions')))
  // What cannot be read has no indexes.
  const total = typeof counted === 'string' ? 0 : counted
  if (total !== undefined && count > total)
    errors.push(invalidValue(path, count, atMost(total, 'indexes in the specified succeededIndexes field')))
  return errors
}
