/** The fields by which objects of a custom kind can be selected. */
import type { CustomResourceValidation, SelectableField } from '../../../generated/types.ts'
import { fieldPathIn } from '../../../structural/index.ts'
import { duplicate, type FieldError, invalidValue, required, tooMany } from '../../field-error.ts'

const MAX = 8
const SELECTABLE_TYPES = ['string', 'boolean', 'integer']

export function selectableFieldErrors(
  fields: readonly SelectableField[] | undefined,
  validation: CustomResourceValidation | undefined,
  path: string,
  { noSchema }: { noSchema: string },
): FieldError[] {
  if (fields === undefined || fields.length === 0) return []
  const schema = validation?.openAPIV3Schema
  if (schema === undefined) return [invalidValue(`${path}.selectableFields`, '', noSchema)]
  const seen = new Set<string>()
  const errors: FieldError[] = []
  for (const [index, { jsonPath }] of fields.entries()) {
    const at = `${path}.selectableFields[${index}].jsonPath`
    if (!jsonPath) {
      errors.push(required(at))
      continue
    }
    const found = fieldPathIn(schema, jsonPath, { arrayNotation: false })
    if (!found.ok) {
      errors.push(invalidValue(at, jsonPath, `is an invalid path: ${found.error}`))
      continue
    }
    if (found.segments[0] === 'metadata')
      errors.push(invalidValue(at, jsonPath, 'must not point to fields in metadata'))
    if (!SELECTABLE_TYPES.includes(found.schema.type ?? ''))
      errors.push(
        invalidValue(
          at,
          jsonPath,
          'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      )
    if (seen.has(found.path)) errors.push(duplicate(at, jsonPath))
    seen.add(found.path)
  }
  if (seen.size > MAX) errors.push(tooMany(`${path}.selectableFields`, seen.size, MAX))
  return errors
}
