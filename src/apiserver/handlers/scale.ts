/** The `scale` subresource: `spec.replicas` of any workload through one kind, autoscaling/v1 Scale. */
import { apiError, type ApiResponse, apiVersionOf, invalid, type k8s, notFound } from '../../api/index.ts'
import {
  applyObject,
  decodeObject,
  schemaFor,
  toParentEntries,
  toScaleEntries,
  trackUpdate,
  typeOfSchema,
} from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { KindModel, ScaleModel } from '../kinds/kind-model.ts'
import { admitSubresource } from '../admission/admit-subresource.ts'
import { readStored, storedKey } from '../registry/stored-form.ts'
import { checkName, updateObject } from '../registry/update.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { WriteContext } from '../registry/write-context.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { applyContext, applyParameters, readConfiguration } from './apply.ts'
import { readObject } from './object-body.ts'
import { patchedObject } from './patched-object.ts'
import { presenterFor } from './present.ts'
import { isApply, readPatch } from './read-patch.ts'
import { type RequestContext, writeContextOf } from './write-request.ts'

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' }

const SCALE_MODEL: Pick<KindModel, 'decode' | 'strategicMerge'> = {
  decode: (value, options) => decodeObject(SCALE, value, options),
  strategicMerge: true,
}

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
  const object = await readStored(backend, request.resource, entry)
  const model = scaleModel(request)
  const { mustHaveReplicas } = model
  if (mustHaveReplicas !== undefined && model.replicas(object) === undefined)
    throw apiError(
      'InternalError',
      `Internal error occurred: the spec replicas field "${mustHaveReplicas}" does not exist`,
    )
  return respond(backend, request, scaleOf(object, model))
}

export async function updateScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const context = writeContextOf(request, 'UpdateOptions')
  const { object, warnings } = readObject({ ...request, resource: SCALE, model: SCALE_MODEL })
  warnings.forEach(context.warn)
  return change(backend, request, { context, wanted: tracked(backend, context, () => object) })
}

export async function patchScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  if (isApply(request)) return applyScale(backend, request)
  const sent = readPatch(request)
  const context = writeContextOf(request, 'PatchOptions')
  const how = { resource: SCALE, model: SCALE_MODEL, query: request.info.query, warn: context.warn }
  const wanted = tracked(backend, context, (scale) => patchedObject(scale, sent, how))
  return change(backend, request, { context, wanted })
}

function applyScale(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const context = applyContext(request)
  const config = readConfiguration(request, context)
  const options = { ...scaleTracking(backend), kind: SCALE.kind, ...applyParameters(request) }
  return change(backend, request, { context, wanted: (scale) => applyObject(scaleJson(scale), config, options) })
}

const scaleJson = (scale: Scale) => scale as unknown as Record<string, unknown>

const scaleTracking = ({ clock }: Backend) => ({
  type: typeOfSchema(schemaFor(SCALE)),
  apiVersion: apiVersionOf(SCALE),
  subresource: 'scale',
  time: toKubernetesTime(clock.now()),
})

/** `wanted` with who owns what of the result. */
function tracked(backend: Backend, { fieldManager }: WriteContext, wanted: (scale: Scale) => unknown) {
  return (scale: Scale): unknown => {
    const next = wanted(structuredClone(scale))
    if (typeof next !== 'object' || next === null) return next
    const object = structuredClone(next) as Record<string, unknown>
    trackUpdate(scaleJson(scale), object, { ...scaleTracking(backend), manager: fieldManager ?? '' })
    return object
  }
}

interface ScaleChange {
  context: RequestContext
  /** The scale that is to be, with its owners. */
  wanted: (scale: Scale) => unknown
}

async function change(
  backend: Backend,
  request: ResourceRequest,
  { context, wanted }: ScaleChange,
): Promise<ApiResponse> {
  const model = scaleModel(request)
  const replicasPath = model.replicasPath.map((field) => `f:${field}`)
  const mapping = { apiVersion: apiVersionOf(request.resource), replicasPath: () => replicasPath }
  const text = await updateObject(
    backend,
    request.resource,
    request,
    async (old) => {
      const current = withOwners(scaleOf(old, model), toScaleEntries(old.metadata.managedFields, mapping))
      const asked = wanted(current) as Partial<Scale> | null
      checkName((asked ?? {}) as AnyObject, request.name)
      const object = { ...asked, apiVersion: current.apiVersion, kind: current.kind }
      const write = { operation: 'UPDATE', object, oldObject: current, context } as const
      const next = (await admitSubresource(backend, request, write)) as unknown as Partial<Scale>
      model.setReplicas(old, replicasOf(next))
      const version = next.metadata?.resourceVersion
      if (version === undefined || (version === current.metadata.resourceVersion && request.request.method === 'PATCH'))
        delete old.metadata.resourceVersion
      else old.metadata.resourceVersion = version
      const owners = toParentEntries(old.metadata.managedFields, next.metadata?.managedFields, mapping)
      return withOwners(old, owners)
    },
    // Who owns the replicas is recorded as the scale has it.
    { part: 'spec', context: { ...context, fieldManager: undefined, admitted: true } },
  )
  return respond(backend, request, scaleOf(JSON.parse(text) as AnyObject, model), context.warningHeaders())
}

function withOwners<T extends { metadata: k8s.ObjectMeta }>(
  object: T,
  managedFields: k8s.ManagedFieldsEntry[] | undefined,
): T {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata: managedFields === undefined ? metadata : { ...metadata, managedFields } }
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

type Workload = {
  spec?: { replicas?: number; selector?: k8s.LabelSelector | Record<string, string> }
  status?: { replicas?: number }
}

/** Where workloads have their numbers. */
const WORKLOAD: ScaleModel = {
  replicasPath: ['spec', 'replicas'],
  replicas: (object) => (object as Workload).spec?.replicas,
  setReplicas: (object, replicas) => {
    object.spec = { ...(object.spec as object), replicas }
  },
  statusReplicas: (object) => (object as Workload).status?.replicas ?? 0,
  selector: (object) => selectorText((object as Workload).spec?.selector),
}

const scaleModel = ({ model }: ResourceRequest): ScaleModel => model.scale ?? WORKLOAD

function scaleOf(object: AnyObject, model: ScaleModel): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: model.replicas(object) ?? 0 },
    status: { replicas: model.statusReplicas(object), selector: model.selector(object) },
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

function respond(
  backend: Backend,
  request: ResourceRequest,
  scale: Scale,
  headers: Record<string, string> = {},
): ApiResponse {
  // The columns of a custom kind are not those of its scale.
  const { printer: _, ...model } = request.model
  const presenter = presenterFor(backend, { ...request, model, resource: { ...request.resource, ...SCALE } }, 'object')
  return respondJson(200, presenter.object(JSON.stringify(scale)), { format: presenter.format, headers })
}
