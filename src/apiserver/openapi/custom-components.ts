/** A custom kind and its list in an OpenAPI document. */
import type { Resource } from '../../api/index.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import { customName } from './custom-names.ts'
import { customSchema, type Dialect } from './custom-schema.ts'
import { API_VERSION, KIND, METADATA } from './descriptions.ts'
import type { OpenApiNode } from './schemas.ts'

export interface CustomDialect extends Dialect {
  listMeta: OpenApiNode
  reference: (id: string) => OpenApiNode
}

export function customComponents(
  resource: Resource,
  model: KindModel,
  dialect: CustomDialect,
): { object: OpenApiNode; list: OpenApiNode } {
  const selectable = [...(model.selectableFields?.keys() ?? [])].map((fieldPath) => ({ fieldPath }))
  const extensions = (kind: string) => ({
    'x-kubernetes-group-version-kind': [{ group: resource.group, kind, version: resource.version }],
    ...(selectable.length > 0 && { 'x-kubernetes-selectable-fields': selectable }),
  })
  const listKind = resource.listKind ?? `${resource.kind}List`
  return {
    object: { ...customSchema(model.custom?.schema, dialect), ...extensions(resource.kind) },
    list: {
      type: 'object',
      description: `${listKind} is a list of ${resource.kind}`,
      required: ['items'],
      properties: {
        apiVersion: { type: 'string', description: API_VERSION },
        items: {
          type: 'array',
          description: `List of ${resource.plural}.`,
          items: dialect.reference(customName(resource)),
        },
        kind: { type: 'string', description: KIND },
        metadata: { ...dialect.listMeta, description: METADATA },
      },
      ...extensions(listKind),
    },
  }
}
