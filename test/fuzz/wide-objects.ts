/** Objects of Kubernetes' own kinds with as much as one likes in one place: every list and every map of every schema is
 *  such a place. */
import { apiVersionOf, type Resource } from '../../src/api/index.ts'
import { allSchemas, type FieldSchema, findSchema } from '../../src/api/schema/index.ts'
import { everyResource } from './values.ts'

export interface WidePlace {
  /** `pods spec.containers.env` */
  name: string
  resource: Resource
  /** An object with `size` parts in this place, all different. */
  objectWith: (size: number) => Record<string, unknown>
}

type Step = readonly [field: string, schema: FieldSchema]
/** Deeper places are in what other kinds have higher up. */
const MAX_STEPS = 7
const WORDS: Readonly<Record<string, string>> = {
  apiVersion: 'v1',
  protocol: 'TCP',
  clusterIP: 'None',
  operator: 'In',
  image: 'a',
  restartPolicy: 'Always',
}

const pathsOf = (schemaName: string, above: readonly Step[] = []): Step[][] => {
  const fields = Object.entries(allSchemas[schemaName]?.fields ?? {})
  return fields.flatMap(([field, schema]) => {
    const path = [...above, [field, schema] as const]
    const inner = schema.type === 'list' || schema.type === 'map' ? schema.items : schema
    const repeated = path.filter((step) => step[1].schema !== undefined && step[1].schema === inner?.schema).length > 1
    const below =
      inner?.type === 'object' && inner.schema !== undefined && path.length < MAX_STEPS && !repeated
        ? pathsOf(inner.schema, path)
        : []
    return schema.type === 'list' || schema.type === 'map' ? [path, ...below] : below
  })
}

function valueOf(field: FieldSchema, name: string, index: number, steps = 3): unknown {
  switch (field.type) {
    case 'string':
      return WORDS[name] ?? `e${index}`
    case 'int32':
    case 'int64':
      return (index % 60_000) + 1
    case 'double':
      return index
    case 'boolean':
      return true
    case 'quantity':
    case 'intOrString':
      return `${index}`
    case 'bytes':
      return 'YQ=='
    case 'time':
    case 'microTime':
      return '2024-01-01T00:00:00Z'
    case 'list':
      return [valueOf(field.items ?? { type: 'any' }, name, index, steps - 1)]
    case 'map':
      return { [`e${index}`]: valueOf(field.items ?? { type: 'any' }, name, index, steps - 1) }
    case 'object':
      return fieldsOf(field.schema, index, steps)
    default:
      return { a: index }
  }
}

/** What tells elements apart, and what they have to have. */
function fieldsOf(schema: string | undefined, index: number, steps: number): Record<string, unknown> {
  const fields = Object.entries(allSchemas[schema ?? '']?.fields ?? {})
  const chosen = fields.filter(
    ([name, field]) => field.required || ['name', 'key', 'type', 'uid', 'ip', 'port'].includes(name),
  )
  return Object.fromEntries(
    chosen
      .filter(([, field]) => steps > 0 || !['object', 'list', 'map'].includes(field.type))
      .map(([name, field]) => [name, valueOf(field, name, index, steps - 1)]),
  )
}

function wide(steps: readonly Step[], size: number): unknown {
  const [[name, field], ...below] = steps as [Step, ...Step[]]
  const items = field.items ?? { type: 'any' as const }
  const inner = field.type === 'list' || field.type === 'map' ? items : field
  if (below.length === 0) {
    const values = Array.from({ length: size }, (_, index) => valueOf(items, name, index))
    return field.type === 'list' ? values : Object.fromEntries(values.map((value, index) => [`e${index}`, value]))
  }
  const [next] = below as [Step]
  const value = { ...fieldsOf(inner.schema, 0, 2), [next[0]]: wide(below, size) }
  return field.type === 'list' ? [value] : field.type === 'map' ? { e: value } : value
}

const placesOf = (resource: Resource): WidePlace[] => {
  const schema = findSchema(resource)
  const name = schema && Object.keys(allSchemas).find((candidate) => allSchemas[candidate] === schema)
  return (name === undefined ? [] : pathsOf(name)).map((path) => ({
    name: `${resource.plural}.${resource.group} ${path.map(([field]) => field).join('.')}`,
    resource,
    objectWith: (size) => {
      const [[top]] = path as [Step]
      const metadata = { name: 'wide', ...(resource.namespaced && { namespace: 'default' }) }
      const made = wide(path, size)
      const base = fieldsOf(name, 0, 4)
      return {
        ...base,
        apiVersion: apiVersionOf(resource),
        kind: resource.kind,
        ...(top === 'metadata' ? {} : { metadata }),
        [top]: top === 'metadata' ? { ...metadata, ...(made as object) } : made,
      }
    },
  }))
}

/** All of them, the metadata of kinds but one left out, which is everywhere the same. */
export const widePlaces = (): WidePlace[] =>
  everyResource.flatMap((resource) =>
    placesOf(resource).filter(
      ({ name }) => resource.plural === 'configmaps' || !name.includes('metadata.') || !name.includes(' metadata.'),
    ),
  )
