/** Which taints a pod bears. Source: kubernetes v1.34, pkg/apis/core/validation (ValidateTolerations). */
import { labelValueProblems, qualifiedNameProblems } from '../../formats/index.ts'
import type { Toleration } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported } from '../field-error.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  return tolerations.flatMap(({ key = '', operator = '', value = '', effect = '', tolerationSeconds }, index) => {
    const at = `${path}[${index}]`
    const errors = key === '' ? [] : invalidFormat(`${at}.key`, key, qualifiedNameProblems(key))
    if (key === '' && operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
      errors.push(invalidValue(`${at}.operator`, operator, why))
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if (operator === '' || operator === 'Equal') {
      const problems = labelValueProblems(value)
      if (problems.length > 0) errors.push(invalidValue(`${at}.operator`, value, problems.join(';')))
    } else if (operator !== 'Exists') errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']))
    else if (value !== '')
      errors.push(invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"))
    if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS))
    return errors
  })
}
