/** The conditions of flow schemas and priority levels. Source: kubernetes v1.34, pkg/apis/flowcontrol/validation. */
import { duplicate, type FieldError, required } from '../../field-error.ts'

export function validateConditions(conditions: readonly { type?: string | undefined }[] = []): FieldError[] {
  const types = new Set<string>()
  return conditions.flatMap(({ type = '' }, index) => {
    const at = `status.conditions[${index}].type`
    const errors = types.has(type) ? [duplicate(at, type)] : []
    types.add(type)
    return type === '' ? [...errors, required(at)] : errors
  })
}
