/** Which handler answers which verb on which (sub)resource. */
import { type ApiRequest, type ApiResponse, qualifiedName, type Resource, type UserInfo } from '../../api/index.ts'
import type { WrittenPart } from '../../api/machinery.ts'
import {
  localSubjectAccessReview,
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from '../handlers/access-reviews.ts'
import { bindPod } from '../handlers/binding.ts'
import { getComponentStatus, listComponentStatuses } from '../handlers/component-status.ts'
import { createOne } from '../handlers/create.ts'
import { deleteCollection } from '../handlers/delete-collection.ts'
import { deleteOne } from '../handlers/delete.ts'
import { evictPod } from '../handlers/eviction.ts'
import { finalizeNamespace } from '../handlers/finalize.ts'
import { getObject } from '../handlers/get.ts'
import { listObjects } from '../handlers/list.ts'
import { podLog } from '../handlers/log.ts'
import { patchOne } from '../handlers/patch.ts'
import { getScale, patchScale, updateScale } from '../handlers/scale.ts'
import { createToken } from '../handlers/token-request.ts'
import { tokenReview } from '../handlers/token-review.ts'
import { updateOne } from '../handlers/update.ts'
import { watchObjects } from '../handlers/watch.ts'
import { proxyTo } from '../proxy/proxy-handler.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { methodNotAllowed, pathNotFound } from '../server/not-served.ts'
import type { StreamSubresource } from '../streaming/stream-options.ts'
import { warningHeader } from '../server/response.ts'
import type { RequestInfo, ResourceTarget, Verb } from './request-info.ts'

type Handler = (backend: Backend, request: ResourceRequest) => Promise<ApiResponse> | ApiResponse
type Handlers = Partial<Record<Verb, Handler>>

const OBJECT: Handlers = {
  get: getObject,
  list: listObjects,
  watch: watchObjects,
  create: createOne,
  update: (backend, request) => updateOne(backend, request),
  patch: (backend, request) => patchOne(backend, request),
  delete: deleteOne,
  deletecollection: deleteCollection,
}

/** A part of the object that is read whole and written alone. */
const partHandlers = (part: WrittenPart): Handlers => ({
  get: getObject,
  update: (backend, request) => updateOne(backend, request, part),
  patch: (backend, request) => patchOne(backend, request, part),
})
const STATUS = partHandlers('status')

/** Loaded when the first stream is asked for: what translates protocols would cost every start. */
const stream =
  (subresource: StreamSubresource): Handler =>
  async (backend, request) =>
    (await import('../streaming/pod-stream.ts')).streamPod(subresource)(backend, request)

const SUBRESOURCES: Readonly<Record<string, Handlers>> = {
  status: STATUS,
  approval: STATUS,
  ephemeralcontainers: partHandlers('ephemeralcontainers'),
  resize: partHandlers('resize'),
  scale: { get: getScale, update: updateScale, patch: patchScale },
  binding: { create: bindPod },
  eviction: { create: evictPod },
  finalize: { update: finalizeNamespace },
  log: { get: podLog },
  exec: { get: stream('exec'), create: stream('exec') },
  attach: { get: stream('attach'), create: stream('attach') },
  portforward: { get: stream('portforward'), create: stream('portforward') },
  proxy: { get: proxyTo, create: proxyTo, update: proxyTo, patch: proxyTo, delete: proxyTo, options: proxyTo },
  token: { create: createToken },
}

/** Resources that are asked rather than stored. */
const VIRTUAL: Readonly<Record<string, Handlers>> = {
  bindings: { create: bindPod },
  componentstatuses: { get: getComponentStatus, list: listComponentStatuses },
  'selfsubjectreviews.authentication.k8s.io': { create: selfSubjectReview },
  'tokenreviews.authentication.k8s.io': { create: tokenReview },
  'selfsubjectaccessreviews.authorization.k8s.io': { create: selfSubjectAccessReview },
  'selfsubjectrulesreviews.authorization.k8s.io': { create: selfSubjectRulesReview },
  'subjectaccessreviews.authorization.k8s.io': { create: subjectAccessReview },
  'localsubjectaccessreviews.authorization.k8s.io': { create: localSubjectAccessReview },
}

/** A question has no name to ask for. */
const isNameless = (resource: Resource) => {
  const handlers = VIRTUAL[qualifiedName(resource)]
  return handlers !== undefined && handlers.get === undefined
}

type Annotate = (key: string, value: string) => void

/** Throws ApiError `NotFound` for paths that are not served and `MethodNotAllowed` for verbs that are not. */
export async function dispatch(
  backend: Backend,
  call: {
    request: ApiRequest
    info: RequestInfo
    target: ResourceTarget
    user: UserInfo
    annotate: Annotate
    warnings: Set<string>
  },
): Promise<ApiResponse> {
  const { target, info } = call
  const resource = backend.catalog.find(target)
  if (resource === undefined) throw pathNotFound()
  if (target.name !== undefined && target.subresource === undefined && isNameless(resource)) throw pathNotFound()
  const handler = handlerFor(backend, resource, call)
  const isHead = call.request.method === 'HEAD' && partOf(target) !== 'proxy'
  if (handler === undefined || isHead || !isPathComplete(resource, info.verb, target)) throw methodNotAllowed()
  const model = backend.catalog.modelOf(resource)
  const { warnings } = call
  const own = model.warnings ?? []
  for (const text of own) warnings.add(text)
  const response = await handler(backend, {
    request: call.request,
    info,
    user: call.user,
    resource,
    model,
    subresource: partOf(target) ?? '',
    annotate: call.annotate,
    warnings,
    namespace: resource.namespaced ? target.namespace : undefined,
    name: target.name ?? '',
  })
  // Writes say all there is to say.
  const isSaid = own.length === 0 || response.headers.warning !== undefined
  return isSaid ? response : { ...response, headers: { ...response.headers, ...warningHeader(own) } }
}

/** `proxy/some/path` is a request on `proxy`. */
const partOf = ({ subresource }: ResourceTarget) => (subresource?.startsWith('proxy/') ? 'proxy' : subresource)

function handlerFor(
  backend: Backend,
  resource: Resource,
  { target, info: { verb } }: { target: ResourceTarget; info: RequestInfo },
): Handler | undefined {
  const subresource = partOf(target)
  if (subresource !== undefined) {
    const served = backend.catalog.subresource(resource, subresource)
    if (served === undefined) throw pathNotFound()
    // Discovery has no word for OPTIONS, which `proxy` hands on like everything else.
    return served.verbs.includes(verb) || verb === 'options' ? SUBRESOURCES[subresource]?.[verb] : undefined
  }
  return resource.verbs.includes(verb) ? (VIRTUAL[qualifiedName(resource)] ?? OBJECT)[verb] : undefined
}

/** A write needs to know where: namespaced objects have a namespace in their path, and cluster-scoped ones have none. */
function isPathComplete(resource: Resource, verb: Verb, { namespace, name, subresource }: ResourceTarget): boolean {
  if (!resource.namespaced) {
    if (namespace !== undefined) throw pathNotFound()
    return (
      (verb === 'create') === (name === undefined) ||
      subresource !== undefined ||
      verb === 'list' ||
      verb === 'watch' ||
      verb === 'deletecollection'
    )
  }
  if (verb === 'list' || verb === 'watch') return true
  if (namespace === undefined) return false
  if (verb === 'create') return name === undefined || subresource !== undefined
  return verb === 'deletecollection' || name !== undefined
}
