/** The columns that a definition gives its kind. Source: k8s.io/apiextensions-apiserver v0.34,
 *  pkg/registry/customresource/tableconvertor. */
import type { KubeObject } from '../../../api/index.ts'
import { type Column, NAME, type Printer, since } from '../../table/index.ts'
import type { Version } from '../definition/definition.ts'
import { parseJsonPath } from '../paths/parse-json-path.ts'
import type { JsonPath } from '../paths/steps.ts'
import { valueText } from '../paths/value-text.ts'
import { valuesAt } from '../paths/values-at.ts'

type CustomColumn = NonNullable<Version['additionalPrinterColumns']>[number]

const AGE: CustomColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

/** Objects of the kind have their age shown unless other columns are asked for. */
export function printerOf({ additionalPrinterColumns = [] }: Version): Printer<KubeObject> {
  const wanted = additionalPrinterColumns.length > 0 ? additionalPrinterColumns : [AGE]
  const columns: Column<KubeObject>[] = [NAME]
  for (const column of wanted) {
    const path = parseJsonPath(column.jsonPath)
    // As in Kubernetes, columns from the first that is no path on are left out.
    if (path === undefined) break
    columns.push(columnOf(column, path))
  }
  return { columns }
}

function columnOf({ name, type, format = '', priority = 0, description, jsonPath }: CustomColumn, path: JsonPath) {
  const told = description || `Custom resource definition column (in JSONPath format): ${jsonPath}`
  const cell: Column<KubeObject>['cell'] = (object, { now }) => {
    const [value] = valuesAt(object, path)
    return value === undefined || value === null ? null : cellOf(type, value, now)
  }
  return { name, type: type as Column<KubeObject>['type'], format, priority, description: told, cell }
}

function cellOf(type: string, value: unknown, now: number): unknown {
  switch (type) {
    case 'integer':
      if (typeof value === 'bigint') return value
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      if (typeof value !== 'string') return null
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : since(value, now)
    default:
      return valueText(value)
  }
}
