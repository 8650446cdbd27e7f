/** The OpenAPI v3 document of one group and version. */
import { apiVersionOf, type Resource } from '../../api/index.ts'
import { allSchemas, findSchema, type ObjectSchema, schemaFor } from '../../api/machinery.ts'
import type { KindModel } from '../kinds/kind-model.ts'
import type { ServedKind } from '../routing/resource-catalog.ts'
import { customComponents } from './custom-components.ts'
import { customListName, customName } from './custom-names.ts'
import { type OperationSchemas, pathsOf } from './operations.ts'
import { type OpenApiNode, referenceTo, SchemaCollector } from './schemas.ts'

export interface DocumentInput {
  /** What the group and version serves. */
  kinds: readonly ServedKind[]
  /** `v1.34.0`, as /version says. */
  kubernetesVersion: string
}

export function buildDocument({ kinds, kubernetesVersion }: DocumentInput): OpenApiNode {
  const schemas = new SchemaCollector()
  const common = {
    status: schemas.add('Status'),
    deleteOptions: schemas.add('DeleteOptions'),
    patch: { type: 'object' },
  }
  const paths: Record<string, OpenApiNode> = {}
  for (const { resource, model } of kinds) {
    const subresources = Object.fromEntries(
      resource.subresources.flatMap((one) => {
        const schema = findSchema(one)
        return schema === undefined ? [] : [[one.name, schemas.addSchema(schema)]]
      }),
    )
    const own = model.custom ? customReferences(schemas, resource, model) : builtInReferences(schemas, resource)
    const status = model.custom && { status: own.object }
    Object.assign(paths, pathsOf(resource, { ...common, ...own, subresources: { ...subresources, ...status } }))
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: kubernetesVersion },
    paths: sorted(paths),
    components: { schemas: sorted(schemas.components) },
  }
}

type References = Pick<OperationSchemas, 'object' | 'list'>

function builtInReferences(schemas: SchemaCollector, resource: Resource): References {
  const list = resource.verbs.includes('list') ? schemas.addSchema(listSchema(resource)) : {}
  return { object: schemas.addSchema(schemaFor(resource)), list }
}

function customReferences(schemas: SchemaCollector, resource: Resource, model: KindModel): References {
  const { object, list } = customComponents(resource, model, {
    version: 3,
    objectMeta: schemas.add('ObjectMeta'),
    listMeta: schemas.add('ListMeta'),
    reference: referenceTo,
  })
  schemas.describeObjectMeta()
  Object.assign(schemas.components, { [customName(resource)]: object, [customListName(resource)]: list })
  return { object: referenceTo(customName(resource)), list: referenceTo(customListName(resource)) }
}

const sorted = (record: Record<string, OpenApiNode>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Built-in kinds have a schema for their lists; for the others it is made here. */
function listSchema(resource: Resource): ObjectSchema {
  const kind = `${resource.group}/${resource.version}/${resource.kind}List`
  const known = Object.values(allSchemas).find((schema) => schema.kinds?.includes(kind))
  if (known !== undefined) return known
  const item = schemaFor(resource)
  const name = Object.keys(allSchemas).find((key) => allSchemas[key] === item) ?? ''
  return {
    id: `${item.id}List`,
    kinds: [kind],
    fields: {
      apiVersion: { type: 'string' },
      items: { type: 'list', items: { type: 'object', schema: name }, required: true },
      kind: { type: 'string' },
      metadata: { type: 'object', schema: 'ListMeta', default: {} },
    },
  }
}

/** `api/v1`, `apis/apps/v1`: how the index names a group and version. */
export function documentPath(resource: { group: string; version: string }): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`
}
