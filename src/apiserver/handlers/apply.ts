/** Server-side apply: `PATCH` with `application/apply-patch+yaml`. What is not there is created.
 *  Source: k8s.io/apiserver v0.34, pkg/endpoints/handlers/patch.go (applyPatcher). */
import { apiError, type ApiResponse, apiVersionOf, conflict, invalid, isApiError } from '../../api/index.ts'
import { applyObject, type ApplyOptions } from '../../api/machinery.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { createObject } from '../registry/create.ts'
import { filterOf } from '../registry/track-fields.ts'
import { withConversions } from '../registry/with-conversions.ts'
import { checkName, type UpdateOptions, updateObject } from '../registry/update.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { parseLenientYaml } from '../server/request-body.ts'
import { respondJson } from '../server/response.ts'
import { authorizeCreate } from './authorize-create.ts'
import { fieldValidationOf } from './parameters.ts'
import { presenterFor } from './present.ts'
import { type RequestContext, writeContextOf } from './write-request.ts'

type Json = Record<string, unknown>

/** How often the object may come or go between looking and writing. */
const ATTEMPTS = 5

/** Throws what writes throw, and ApiError `Conflict` with a cause for each field that others own. */
export async function applyOne(
  backend: Backend,
  request: ResourceRequest,
  part: UpdateOptions['part'],
): Promise<ApiResponse> {
  const presenter = presenterFor(backend, request, 'object')
  const context = applyContext(request)
  const config = readConfiguration(request, context)
  const options = optionsOf(backend, request)
  const respond = (status: number, text: string) =>
    respondJson(status, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
  for (let attempt = 1; ; attempt++) {
    try {
      const change = async (old: AnyObject) => changed(request, await merged(request, old, { config, options }), config)
      return respond(200, await updateObject(backend, request.resource, request, change, { part, context }))
    } catch (error) {
      if (part !== 'spec' || !isApiError(error, 'NotFound')) throw error
    }
    try {
      return respond(201, await create(backend, request, { config, options, context }))
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists') || attempt === ATTEMPTS) throw error
    }
  }
}

/** Who owns what is written into the object that is applied: the write itself has nothing to record. */
export function applyContext(request: ResourceRequest): RequestContext {
  if (!request.info.query.get('fieldManager'))
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [
      { type: 'FieldValueRequired', field: 'fieldManager', message: 'Required value: is required for apply patch' },
    ])
  return { ...writeContextOf(request, 'PatchOptions'), fieldManager: undefined }
}

/** Who applies, and whether fields are taken from others: not unless `force` is there and says nothing else. */
export function applyParameters({ info }: ResourceRequest): { manager: string; force: boolean } {
  const force = info.query.get('force')
  return {
    manager: info.query.get('fieldManager') ?? '',
    force: force !== null && force !== '0' && force.toLowerCase() !== 'false',
  }
}

/** The configuration in the body. Throws ApiError `BadRequest`. */
export function readConfiguration({ request, info }: ResourceRequest, context: RequestContext): Json {
  const validation = fieldValidationOf(info.query)
  const { value, duplicates } = readYaml(request.body)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw apiError('BadRequest', 'error decoding YAML: the configuration must be an object')
  if (duplicates.length > 0 && validation !== 'Ignore') {
    const why = `error converting YAML to JSON: yaml: unmarshal errors:\n${duplicates.map((text) => `  ${text}`).join('\n')}`
    if (validation === 'Strict') throw apiError('BadRequest', `error strict decoding YAML: ${why}`)
    duplicates.forEach(context.warn)
  }
  return value as Json
}

function readYaml(text: string): ReturnType<typeof parseLenientYaml> {
  try {
    return parseLenientYaml(text)
  } catch (error) {
    if (!isApiError(error, 'BadRequest')) throw error
    throw apiError('BadRequest', `error decoding YAML: ${error.message}`, { cause: error })
  }
}

function optionsOf(backend: Backend, request: ResourceRequest): ApplyOptions {
  const { resource, model, subresource } = request
  return {
    type: model.type,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    subresource,
    time: toKubernetesTime(backend.clock.now()),
    filter: filterOf(resource, subresource),
    ...applyParameters(request),
  }
}

/** The merged object as the kind has it. A resourceVersion that the configuration names must be the current one. */
function changed({ model, name }: ResourceRequest, merged: Json, config: Json): AnyObject {
  const object = model.decode(merged, { fieldValidation: 'Ignore' }).object as AnyObject
  checkName(object, name)
  const { resourceVersion } = (config['metadata'] ?? {}) as { resourceVersion?: string }
  if (!resourceVersion) delete object.metadata.resourceVersion
  return object
}

interface Applied {
  config: Json
  options: ApplyOptions
  context: RequestContext
}

const merged = (
  { model }: ResourceRequest,
  live: AnyObject | undefined,
  { config, options }: Pick<Applied, 'config' | 'options'>,
) =>
  withConversions(model.versions, (versions) =>
    applyObject(live, config, { ...options, ...(versions && { versions }) }),
  )

async function create(
  backend: Backend,
  request: ResourceRequest,
  { config, options, context }: Applied,
): Promise<string> {
  const { resource, namespace, name } = request
  const object = changed(request, await merged(request, undefined, { config, options }), config)
  const { uid } = object.metadata
  if (uid)
    throw conflict(
      resource,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    )
  authorizeCreate(backend, request)
  return createObject(backend, resource, object, { namespace, context })
}
