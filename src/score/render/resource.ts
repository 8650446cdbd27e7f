/** What the resources of a workload become: Resource objects, bindings, hosts. */
import {
  APP_LABEL,
  apiVersionOf,
  type AppBinding,
  type AppRoute,
  type BackingResource,
  backingResources,
  DEFAULT_CLASS,
  type JsonObject,
} from '../../api/index.ts'
import type { Path } from '../path.ts'
import type { ScoreResource } from '../workload.ts'
import type { RenderContext } from './context.ts'
import { kindOf, resourceName } from './resource-names.ts'
import { resolveNow } from './resolve.ts'

/** What is asked for, in the order of the file; one that is named twice is one. */
export function backingOf(context: RenderContext): BackingResource[] {
  const made = new Map<string, BackingResource>()
  for (const [name, resource] of Object.entries(context.workload.resources ?? {})) {
    const path = ['resources', name]
    if (!['backing', 'volume'].includes(kindOf(resource))) continue
    const object = backingResource(context, name, { resource, path })
    const { name: objectName } = object.metadata
    const before = made.get(objectName)
    if (before !== undefined && JSON.stringify(before.spec) !== JSON.stringify(object.spec))
      context.complain(path, `has the id of another, which is not the same: a Resource is named by its id`)
    made.set(objectName, object)
  }
  return [...made.values()]
}

/** One without an id is its app's alone, and has its label. */
function backingResource(
  context: RenderContext,
  name: string,
  { resource, path }: { resource: ScoreResource; path: Path },
): BackingResource {
  const { type, class: given, id, metadata, params } = resource
  const annotations = metadata?.annotations
  return {
    apiVersion: apiVersionOf(backingResources),
    kind: backingResources.kind,
    metadata: {
      name: resourceName(context, name, resource),
      namespace: context.namespace,
      ...(id === undefined && { labels: { [APP_LABEL]: context.name } }),
      ...(annotations && { annotations }),
    },
    // Names of kinds are lower-case here, as all of Kubernetes' names.
    spec: {
      type: type.toLowerCase(),
      ...(given !== undefined && given !== DEFAULT_CLASS && { class: given.toLowerCase() }),
      ...(params && { params: resolveParams(context, params, [...path, 'params']) as JsonObject }),
    },
  }
}

const SECRET_PARAM = 'cannot have in it what another resource gives: that is known only once it runs'

function resolveParams(context: RenderContext, value: unknown, path: Path): unknown {
  if (typeof value === 'string') return resolveNow(context, value, { path, why: SECRET_PARAM })
  if (Array.isArray(value)) return value.map((item, index) => resolveParams(context, item, [...path, index]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolveParams(context, item, [...path, name])]),
  )
}

/** Volumes are mounted, not bound. Two of a type would give the same variables: they get their names before them. */
export function bindingsOf(context: RenderContext): AppBinding[] {
  const backing = Object.entries(context.workload.resources ?? {}).filter(([, it]) => kindOf(it) === 'backing')
  const bindings = backing.map(([name, resource]): AppBinding => {
    const isAlone = backing.filter(([, { type }]) => type === resource.type).length === 1
    const prefix = `${name.toUpperCase().replaceAll('-', '_')}_`
    return {
      resource: resourceName(context, name, resource),
      ...(!isAlone && { prefix: /^\d/.test(prefix) ? `_${prefix}` : prefix }),
    }
  })
  return bindings.filter(({ resource }, index) => bindings.findIndex((it) => it.resource === resource) === index)
}

export interface RenderedRoutes {
  /** All of which lead to the app. */
  hosts: string[]
  /** Of those at which only a path does. */
  routes: AppRoute[]
}

/** Where the routes lead from. */
export function routesOf(context: RenderContext, ports: ReadonlySet<number>): RenderedRoutes {
  const hosts = new Set<string>()
  const routes: AppRoute[] = []
  for (const [name, resource] of Object.entries(context.workload.resources ?? {})) {
    if (kindOf(resource) !== 'route') continue
    const path = ['resources', name, 'params']
    const params = resolveParams(context, resource.params ?? {}, path) as JsonObject
    const { host, path: prefix = '/', port } = params
    if (typeof host !== 'string') context.complain(path, 'has no host: a route leads from one to the app')
    else if (typeof prefix !== 'string' || !/^\/[^?#\s]*$/.test(prefix))
      context.complain([...path, 'path'], 'must be a path, such as /v1')
    else if (prefix === '/') hosts.add(host)
    else if (!routes.some((route) => route.host === host && route.path === prefix)) routes.push({ host, path: prefix })
    if (port !== undefined && !ports.has(Number(port)))
      context.complain([...path, 'port'], 'is not the port that answers requests, the first TCP port of the service')
  }
  // A host all of which leads to the app has no need of its paths.
  return { hosts: [...hosts], routes: routes.filter(({ host = '' }) => !hosts.has(host)) }
}
