/** The fields by which a definition lets its objects be selected. */
import type { KubeObject } from '../../../api/index.ts'
import type { Version } from '../definition/definition.ts'
import { parseJsonPath } from '../paths/parse-json-path.ts'
import { valueText } from '../paths/value-text.ts'
import { valuesAt } from '../paths/values-at.ts'

/** By their names in selectors: `spec.color`. Missing ones are empty. */
export function selectableFieldsOf({
  selectableFields = [],
}: Version): ReadonlyMap<string, (object: KubeObject) => string> {
  return new Map(
    selectableFields.map(({ jsonPath }) => {
      const path = parseJsonPath(jsonPath) ?? []
      const read = (object: KubeObject) => {
        const [value] = valuesAt(object, path)
        return value === undefined || value === null ? '' : valueText(value)
      }
      return [jsonPath.replace(/^\./, ''), read]
    }),
  )
}
