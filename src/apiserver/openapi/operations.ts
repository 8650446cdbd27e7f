/** The operations on a resource: who may be called how, with which kind. */
import { pathOf, type Resource, type Subresource } from '../../api/index.ts'
import { isBuiltinGroup } from '../kinds/builtin-groups.ts'
import type { OpenApiNode } from './schemas.ts'

/** References to the schemas that operations speak of. */
export interface OperationSchemas {
  object: OpenApiNode
  list: OpenApiNode
  status: OpenApiNode
  deleteOptions: OpenApiNode
  patch: OpenApiNode
  /** By the subresource's name. */
  subresources: Readonly<Record<string, OpenApiNode>>
}

type Verb = 'list' | 'get' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

const METHODS: Readonly<Record<Verb, string>> = {
  list: 'get',
  get: 'get',
  create: 'post',
  update: 'put',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete',
}
const OPERATION_WORDS: Readonly<Record<Verb, string>> = {
  list: 'list',
  get: 'read',
  create: 'create',
  update: 'replace',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'deleteCollection',
}
const PATCH_TYPES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json']
/** Only for Kubernetes' own kinds; kubectl looks here for which patch to send. */
const STRATEGIC_PATCH = 'application/strategic-merge-patch+json'

const query = (name: string, type = 'string'): OpenApiNode => ({
  name,
  in: 'query',
  schema: { type, uniqueItems: true },
})
const inPath = (name: string): OpenApiNode => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', uniqueItems: true },
})
const WRITE_PARAMETERS = [query('dryRun'), query('fieldManager'), query('fieldValidation')]
const DELETE_PARAMETERS = [
  query('dryRun'),
  query('gracePeriodSeconds', 'integer'),
  query('orphanDependents', 'boolean'),
  query('propagationPolicy'),
]
const LIST_PARAMETERS = [
  query('allowWatchBookmarks', 'boolean'),
  query('continue'),
  query('fieldSelector'),
  query('labelSelector'),
  query('limit', 'integer'),
  query('resourceVersion'),
  query('resourceVersionMatch'),
  query('sendInitialEvents', 'boolean'),
  query('timeoutSeconds', 'integer'),
  query('watch', 'boolean'),
]
const PARAMETERS: Readonly<Record<Verb, readonly OpenApiNode[]>> = {
  list: LIST_PARAMETERS,
  get: [],
  create: WRITE_PARAMETERS,
  update: WRITE_PARAMETERS,
  patch: [...WRITE_PARAMETERS, query('force', 'boolean')],
  delete: DELETE_PARAMETERS,
  deletecollection: [...DELETE_PARAMETERS, ...LIST_PARAMETERS.slice(1, 7)],
}

/** Path items by path: the collection, the object, its subresources, and the collection over all namespaces. */
export function pathsOf(resource: Resource, schemas: OperationSchemas): Record<string, OpenApiNode> {
  const scope = resource.namespaced ? { namespace: '{namespace}' } : {}
  const collection = decodeURIComponent(pathOf(resource, scope))
  const single = `${collection}/{name}`
  const of = (path: string, verbs: readonly Verb[], target: Resource | Subresource, kind: OpenApiNode) =>
    pathItem({ resource, path, verbs: verbs.filter((verb) => target.verbs.includes(verb)), target, kind, schemas })
  const items: Record<string, OpenApiNode> = {
    [collection]: of(collection, ['list', 'create', 'deletecollection'], resource, schemas.object),
    [single]: of(single, ['get', 'update', 'patch', 'delete'], resource, schemas.object),
  }
  if (resource.namespaced) {
    const everywhere = pathOf(resource)
    items[everywhere] = of(everywhere, ['list'], resource, schemas.object)
  }
  for (const subresource of resource.subresources) {
    const path = `${single}/${subresource.name}`
    const kind = schemas.subresources[subresource.name] ?? {}
    items[path] = of(path, ['get', 'create', 'update', 'patch'], subresource, kind)
  }
  return Object.fromEntries(Object.entries(items).filter(([, item]) => Object.keys(item).length > 1))
}

interface PathItemInput {
  resource: Resource
  path: string
  verbs: readonly Verb[]
  target: { group: string; version: string; kind: string; name?: string }
  kind: OpenApiNode
  schemas: OperationSchemas
}

function pathItem(input: PathItemInput): OpenApiNode {
  const names = [...input.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => inPath(name))
  const operations = input.verbs.map((verb) => [METHODS[verb], operation(verb, input)])
  return { ...Object.fromEntries(operations), parameters: [...names, query('pretty')] }
}

function operation(verb: Verb, { resource, path, target, kind, schemas }: PathItemInput): OpenApiNode {
  const answer = verb === 'list' ? schemas.list : verb.startsWith('delete') ? schemas.status : kind
  const body = verb === 'patch' ? patchBody(resource, schemas) : requestBody(verb, kind, schemas)
  const { group, version } = target
  return {
    operationId: operationId(verb, path, resource, target.name),
    parameters: PARAMETERS[verb],
    ...(body && { requestBody: body }),
    responses: { [verb === 'create' ? '201' : '200']: { description: 'OK', content: json(answer) } },
    'x-kubernetes-action': METHODS[verb],
    'x-kubernetes-group-version-kind': { group, kind: target.kind, version },
  }
}

const json = (schema: OpenApiNode) => ({ 'application/json': { schema } })

function requestBody(verb: Verb, kind: OpenApiNode, schemas: OperationSchemas): OpenApiNode | undefined {
  if (verb === 'create' || verb === 'update') return { content: { '*/*': { schema: kind } }, required: true }
  if (verb.startsWith('delete')) return { content: { '*/*': { schema: schemas.deleteOptions } } }
  return undefined
}

function patchBody(resource: Resource, schemas: OperationSchemas): OpenApiNode {
  const types = isBuiltinGroup(resource.group) ? [...PATCH_TYPES, STRATEGIC_PATCH] : PATCH_TYPES
  return { content: Object.fromEntries(types.map((type) => [type, { schema: schemas.patch }])), required: true }
}

/** `listAppsV1NamespacedDeployment`, `replaceCoreV1NodeStatus`. */
function operationId(verb: Verb, path: string, resource: Resource, subresource = ''): string {
  const group = resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '')
  const everywhere = resource.namespaced && !path.includes('{namespace}')
  const scope = resource.namespaced && !everywhere ? 'Namespaced' : ''
  const words = [group, resource.version, scope, resource.kind, subresource, everywhere ? 'ForAllNamespaces' : '']
  return OPERATION_WORDS[verb] + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
