/** Match conditions of webhooks and policies: expressions that must compile.
 *  Source: kubernetes v1.34, pkg/apis/admissionregistration/validation (validateMatchConditions). */
import { admissionEnvironment, compileCondition } from '../../cel/index.ts'
import { qualifiedNameProblems } from '../../formats/index.ts'
import type { MatchCondition } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, required, tooMany } from '../field-error.ts'
import { sameValue } from '../immutable.ts'

const MAX = 64

export interface ConditionsContext {
  path: string
  /** As they were: what was accepted once is not asked about again. */
  old?: readonly MatchCondition[] | undefined
  /** What expressions may name. Default: what those of a webhook may. */
  environment?: ReturnType<typeof admissionEnvironment>
}

export function validateMatchConditions(
  conditions: readonly MatchCondition[] = [],
  { path, old, environment }: ConditionsContext,
): FieldError[] {
  if (conditions.length === 0 || (old !== undefined && sameValue(conditions, old))) return []
  const known = environment ?? admissionEnvironment()
  const errors: FieldError[] = conditions.length > MAX ? [tooMany(path, conditions.length, MAX)] : []
  const names = new Set<string>()
  for (const [i, { name, expression }] of conditions.slice(0, MAX).entries()) {
    const at = `${path}[${i}]`
    const problem = expression?.trim() ? compileCondition({ name, expression }, known).error : undefined
    if (!expression?.trim()) errors.push(required(`${at}.expression`))
    else if (problem !== undefined) errors.push(invalidValue(`${at}.expression`, expression.trim(), problem))
    if (!name) errors.push(required(`${at}.name`))
    else errors.push(...invalidFormat(`${at}.name`, name, qualifiedNameProblems(name)))
    if (name && names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
  }
  return errors
}
