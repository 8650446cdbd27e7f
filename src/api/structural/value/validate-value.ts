/** Value validation as field errors. Source: k8s.io/apiextensions-apiserver v0.34, pkg/apiserver/validation. */
import type { FieldError } from '../../validation/field-error.ts'
import { checkValue } from './check-value.ts'
import type { Correlation } from './correlation.ts'
import type { ValueSchema } from './value-schema.ts'

/** How Go prints a path that is not there: the field of problems that have none. */
export const NO_PATH = '<nil>'

/** `path` is what leads to the value: undefined for an object as a whole. */
export function validateValue(
  value: unknown,
  schema: ValueSchema,
  options: { path?: string | undefined; before?: Correlation | undefined } = {},
): FieldError[] {
  const { path, before } = options
  const { problems } = checkValue(schema, { value, path: '', before })
  return [...(problems?.values() ?? [])].map((problem) => ({
    type: problem.type,
    field: fieldOf(path, problem.path),
    message: problem.message,
  }))
}

function fieldOf(prefix: string | undefined, path: string | undefined): string {
  const inner = path?.startsWith('.') ? path.slice(1) : path
  if (inner === undefined || inner === '') return prefix ?? NO_PATH
  return prefix === undefined ? inner : `${prefix}.${inner}`
}
