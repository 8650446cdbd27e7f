/** The OpenAPI v3 document of one group and version. */
import { allSchemas, apiVersionOf, findSchema, type ObjectSchema, type Resource, schemaFor } from '../../api/index.ts'
import { pathsOf } from './operations.ts'
import { type OpenApiNode, SchemaCollector } from './schemas.ts'

export interface DocumentInput {
  /** What the group and version serves. */
  resources: readonly Resource[]
  /** `v1.34.0`, as /version says. */
  kubernetesVersion: string
}

export function buildDocument({ resources, kubernetesVersion }: DocumentInput): OpenApiNode {
  const schemas = new SchemaCollector()
  const common = {
    status: schemas.add('Status'),
    deleteOptions: schemas.add('DeleteOptions'),
    patch: { type: 'object' },
  }
  const paths: Record<string, OpenApiNode> = {}
  for (const resource of resources) {
    const subresources = Object.fromEntries(
      resource.subresources.flatMap((one) => {
        const schema = findSchema(one)
        return schema === undefined ? [] : [[one.name, schemas.addSchema(schema)]]
      }),
    )
    const object = schemas.addSchema(schemaFor(resource))
    const list = resource.verbs.includes('list') ? schemas.addSchema(listSchema(resource)) : {}
    Object.assign(paths, pathsOf(resource, { ...common, object, list, subresources }))
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: kubernetesVersion },
    paths: sorted(paths),
    components: { schemas: sorted(schemas.components) },
  }
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
