/** Conditions as most kinds of these days have them. Source: k8s.io/apimachinery v0.34, pkg/apis/meta/v1/validation
 *  (ValidateConditions). */
import { conditionReasonProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { Condition } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../field-error.ts'

const STATUSES = ['False', 'True', 'Unknown']
const MAX_REASON_BYTES = 1024
const MAX_MESSAGE_BYTES = 32 * 1024

export function validateConditions(conditions: readonly Partial<Condition>[], path: string): FieldError[] {
  const seen = new Set<string>()
  return conditions.flatMap((condition, index) => {
    const { type = '' } = condition
    const at = `${path}[${index}]`
    const repeated = seen.has(type) ? [duplicate(`${at}.type`, type)] : []
    seen.add(type)
    return [...repeated, ...validateCondition(condition, at)]
  })
}

function validateCondition(condition: Partial<Condition>, at: string): FieldError[] {
  const { type = '', status = '', reason = '', message = '', observedGeneration = 0 } = condition
  const errors = invalidFormat(`${at}.type`, type, qualifiedNameProblems(type))
  if (!STATUSES.includes(status)) errors.push(notSupported(`${at}.status`, status, STATUSES))
  if (observedGeneration < 0)
    errors.push(invalidValue(`${at}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'))
  if (!condition.lastTransitionTime) errors.push(required(`${at}.lastTransitionTime`))
  if (reason === '') errors.push(required(`${at}.reason`))
  else errors.push(...invalidFormat(`${at}.reason`, reason, conditionReasonProblems(reason)))
  for (const [field, text, max] of [
    ['reason', reason, MAX_REASON_BYTES],
    ['message', message, MAX_MESSAGE_BYTES],
  ] as const)
    if (Buffer.byteLength(text) > max) errors.push(tooLong(`${at}.${field}`, max))
  return errors
}
