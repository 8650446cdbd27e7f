/** Custom kinds in the OpenAPI v2 document, with the metadata they refer to. */
import { schemaNamed } from '../../api/machinery.ts'
import type { ServedKind } from '../routing/resource-catalog.ts'
import { customComponents } from './custom-components.ts'
import { customListName, customName } from './custom-names.ts'
import { type OpenApiNode, SchemaCollector } from './schemas.ts'

const referenceTo = (id: string): OpenApiNode => ({ $ref: `#/definitions/${id}` })

export function legacyDefinitions(kinds: readonly ServedKind[]): Record<string, OpenApiNode> {
  if (kinds.length === 0) return {}
  const shared = new SchemaCollector()
  for (const name of ['ObjectMeta', 'ListMeta']) shared.add(name)
  shared.describeObjectMeta()
  const dialect = {
    version: 2,
    objectMeta: referenceTo(schemaNamed('ObjectMeta').id),
    listMeta: referenceTo(schemaNamed('ListMeta').id),
    reference: referenceTo,
  } as const
  const definitions: Record<string, OpenApiNode> = asLegacy(shared.components)
  for (const { resource, model } of kinds) {
    const { object, list } = customComponents(resource, model, dialect)
    definitions[customName(resource)] = object
    definitions[customListName(resource)] = list
  }
  return definitions
}

/** What is shared refers to its like as v3 does, and stands beside references in an `allOf`, which v2 does not need. */
function asLegacy(components: Record<string, OpenApiNode>): Record<string, OpenApiNode> {
  const text = JSON.stringify(components).replaceAll('#/components/schemas/', '#/definitions/')
  const plain = (_: string, value: unknown) => {
    const node = value as { allOf?: OpenApiNode[] } | null
    if (typeof value !== 'object' || node?.allOf?.length !== 1) return value
    const { allOf, ...rest } = node
    return { ...rest, ...allOf[0] }
  }
  return JSON.parse(text, plain) as Record<string, OpenApiNode>
}
