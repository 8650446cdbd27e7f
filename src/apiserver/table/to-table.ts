/** Objects as the table that `kubectl get` asks for (`as=Table;g=meta.k8s.io;v=v1`).
 *  Source: kubernetes v1.34, pkg/printers, and k8s.io/apiserver v0.34, pkg/endpoints/handlers/response.go. */
import type { k8s, KubeObject } from '../../api/index.ts'
import type { Column, Printer } from './column.ts'

/** What each row carries of its object. kubectl asks for nothing else by default than its metadata. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

export interface TableOptions {
  includeObject: IncludeObject
  /** Milliseconds since the epoch, for ages. */
  now: number
  /** `resourceVersion`, `continue` of the list. */
  listMeta?: k8s.ListMeta | undefined
  /** Of the table and its rows. Default: `meta.k8s.io/v1`. */
  apiVersion?: string
}

export interface TableRow {
  cells: unknown[]
  conditions?: readonly unknown[]
  object?: unknown
}

export interface Table {
  kind: 'Table'
  apiVersion: string
  metadata: k8s.ListMeta
  columnDefinitions: { name: string; type: string; format: string; description: string; priority: number }[]
  rows: TableRow[]
}

/** Every column is filled, wide ones too: the client picks by priority. Objects must be of the resource's kind. */
export function toTable(
  { columns, conditions }: Printer<KubeObject>,
  objects: readonly KubeObject[],
  options: TableOptions,
): Table {
  const { apiVersion = 'meta.k8s.io/v1' } = options
  return {
    kind: 'Table',
    apiVersion,
    metadata: options.listMeta ?? {},
    columnDefinitions: columns.map(definitionOf),
    rows: objects.map((object) => {
      const rowConditions = conditions?.(object) ?? []
      return {
        cells: columns.map((column) => column.cell(object, options) ?? null),
        ...(rowConditions.length > 0 && { conditions: rowConditions }),
        ...rowObject(object, options.includeObject, apiVersion),
      }
    }),
  }
}

const definitionOf = ({ name, type, format, priority, description = '' }: Column<KubeObject>) => ({
  name,
  type,
  format,
  description,
  priority,
})

function rowObject(object: KubeObject, include: IncludeObject, apiVersion: string): { object: unknown } {
  if (include === 'None') return { object: null }
  if (include === 'Object') return { object }
  return { object: { kind: 'PartialObjectMetadata', apiVersion, metadata: object.metadata } }
}
