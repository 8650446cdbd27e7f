/** How fast an autoscaler goes up and down. Source: kubernetes v1.34, pkg/apis/autoscaling/validation
 *  (validateScalingRules). */
import type { HPAScalingPolicy, HPAScalingRules } from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, invalidValue, notSupported, required } from '../field-error.ts'

const SELECT = ['Disabled', 'Max', 'Min']
const TYPES = ['Percent', 'Pods']
const MAX_WINDOW_SECONDS = 3600
const MAX_PERIOD_SECONDS = 1800

export function validateScalingRules(rules: HPAScalingRules | undefined, at: string): FieldError[] {
  if (rules === undefined) return []
  const { stabilizationWindowSeconds: seconds = 0, selectPolicy: select, policies = [] } = rules
  const window = `${at}.stabilizationWindowSeconds`
  const errors: FieldError[] = []
  if (seconds < 0) errors.push(invalidValue(window, seconds, 'must be greater than or equal to zero'))
  if (seconds > MAX_WINDOW_SECONDS)
    errors.push(invalidValue(window, seconds, `must be less than or equal to ${MAX_WINDOW_SECONDS}`))
  if (select !== undefined && !SELECT.includes(select)) errors.push(notSupported(`${at}.selectPolicy`, select, SELECT))
  if (policies.length === 0) errors.push(required(`${at}.policies`, 'must specify at least one Policy'))
  errors.push(...policies.flatMap((policy, index) => validatePolicy(policy, `${at}.policies[${index}]`)))
  const { tolerance } = rules
  if (tolerance !== undefined && compareQuantities(tolerance, 0) < 0)
    errors.push(invalidValue(`${at}.tolerance`, tolerance, 'must be greater than or equal to 0'))
  return errors
}

function validatePolicy(
  { type = '', value = 0, periodSeconds = 0 }: Partial<HPAScalingPolicy>,
  at: string,
): FieldError[] {
  const period = `${at}.periodSeconds`
  const errors: FieldError[] = TYPES.includes(type) ? [] : [notSupported(`${at}.type`, type, TYPES)]
  if (value <= 0) errors.push(invalidValue(`${at}.value`, value, 'must be greater than zero'))
  if (periodSeconds <= 0) errors.push(invalidValue(period, periodSeconds, 'must be greater than zero'))
  if (periodSeconds > MAX_PERIOD_SECONDS)
    errors.push(invalidValue(period, periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`))
  return errors
}
