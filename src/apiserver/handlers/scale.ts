/** The `scale` subresource: `spec.replicas` of any workload through one kind, autoscaling/v1 Scale. */
import { type ApiResponse, applyPatch, invalid, notFound, type k8s } from '../../api/index.ts'
import { readStored, storedKey } from '../registry/stored-form.ts'
import { checkName, updateObject } from '../registry/update.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { parseBody } from '../server/request-body.ts'
import { negotiate } from '../server/media-types.ts'
import { respondJson } from '../server/response.ts'
import { readPatch } from './patch.ts'
import { writeContextOf } from './write-request.ts'

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

interface Scale {
  kind: 'Scale'
  apiVersion: 'autoscaling/v1'
  metadata: k8s.ObjectMeta
  spec: { replicas: number }
  status: { replicas: number; selector: string }
}

export async function getScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const entry = await backend.store.get(storedKey(backend, request.resource, request))
  if (entry === undefined) throw notFound(request.resource, request.name)
  return respond(request, scaleOf(await readStored(backend, request.resource, entry)))
}

export async function updateScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const body = parseBody(request.request.body, 'json')
  return change(backend, request, () => body)
}

export async function patchScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const { type, patch } = readPatch(request)
  return change(backend, request, (scale) => applyPatch(type, SCALE, scale, patch))
}

async function change(
  backend: Backend,
  request: ResourceRequest,
  wanted: (scale: Scale) => unknown,
): Promise<ApiResponse> {
  const text = await updateObject(
    backend,
    request.resource,
    request,
    (old) => {
      const current = scaleOf(old)
      const next = wanted(structuredClone(current)) as Partial<Scale> | null
      checkName((next ?? {}) as AnyObject, request.name)
      old.spec = { ...(old.spec as object), replicas: replicasOf(next) }
      const version = next?.metadata?.resourceVersion
      if (version === undefined || (version === current.metadata.resourceVersion && request.request.method === 'PATCH'))
        delete old.metadata.resourceVersion
      else old.metadata.resourceVersion = version
      return old
    },
    { part: 'spec', context: writeContextOf(request, 'UpdateOptions') },
  )
  return respond(request, scaleOf(JSON.parse(text) as AnyObject))
}

function replicasOf(scale: Partial<Scale> | null): number {
  const replicas: unknown = scale?.spec?.replicas ?? 0
  if (Number.isSafeInteger(replicas) && (replicas as number) >= 0) return replicas as number
  throw invalid(SCALE, scale?.metadata?.name ?? '', [
    {
      type: 'FieldValueInvalid',
      field: 'spec.replicas',
      message: `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`,
    },
  ])
}

function scaleOf(object: AnyObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const spec = object.spec as { replicas?: number; selector?: k8s.LabelSelector | Record<string, string> }
  const status = object.status as { replicas?: number } | undefined
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas ?? 0 },
    status: { replicas: status?.replicas ?? 0, selector: selectorText(spec.selector) },
  }
}

/** A selector as a query string spells it: `app=web,tier in (a,b)`. */
function selectorText(selector: k8s.LabelSelector | Record<string, string> | undefined): string {
  if (selector === undefined) return ''
  if (!('matchLabels' in selector) && !('matchExpressions' in selector))
    return equalities(selector as Record<string, string>)
  const { matchLabels, matchExpressions } = selector as k8s.LabelSelector
  const expressions = (matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === 'Exists') return key
    if (operator === 'DoesNotExist') return `!${key}`
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...(values ?? [])].sort().join(',')})`
  })
  return [equalities(matchLabels ?? {}), ...expressions].filter((part) => part !== '').join(',')
}

const equalities = (labels: Record<string, string>) =>
  Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

function respond({ request }: ResourceRequest, scale: Scale): ApiResponse {
  return respondJson(200, JSON.stringify(scale), { format: negotiate(request.headers.accept, () => false) })
}
