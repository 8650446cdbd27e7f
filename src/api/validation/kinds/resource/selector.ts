/** Selectors of devices. Source: kubernetes v1.34, pkg/apis/resource/validation (validateSelector). */
import { deviceSelectorProblem } from '../../../cel/index.ts'
import type { DeviceSelector } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, required, tooLong } from '../../field-error.ts'
import { validateEach } from './collections.ts'

const MAX_SELECTORS = 32
const MAX_BYTES = 10 * 1024

export const validateSelectors = (selectors: readonly DeviceSelector[] | undefined, at: string): FieldError[] =>
  validateEach(selectors, MAX_SELECTORS, at, ({ cel }, path) => {
    if (cel === undefined) return [required(`${path}.cel`)]
    return validateExpression(cel.expression ?? '', `${path}.cel.expression`)
  })

function validateExpression(expression: string, at: string): FieldError[] {
  if (Buffer.byteLength(expression) > MAX_BYTES) return [tooLong(at, MAX_BYTES)]
  const problem = deviceSelectorProblem(expression)
  if (problem === undefined) return []
  return problem.kind === 'expensive'
    ? [forbidden(at, 'too complex, exceeds cost limit')]
    : [invalidValue(at, expression, problem.why)]
}
