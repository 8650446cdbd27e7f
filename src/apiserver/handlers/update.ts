import { type ApiResponse, cloneJson, invalid, isApiError } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { createObject } from '../registry/create.ts'
import { checkUid } from '../registry/metadata.ts'
import { checkName, type UpdateOptions, updateObject } from '../registry/update.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { respondJson } from '../server/response.ts'
import { authorizeCreate } from './authorize-create.ts'
import { readObject } from './object-body.ts'
import { presenterFor } from './present.ts'
import { writeContextOf } from './write-request.ts'

/** `PUT` of an object or of its status. */
export async function updateOne(
  backend: Backend,
  request: ResourceRequest,
  part: UpdateOptions['part'] = 'spec',
): Promise<ApiResponse> {
  const { resource } = request
  const presenter = presenterFor(backend, request, 'object')
  const context = writeContextOf(request, 'UpdateOptions')
  const { object, warnings } = readObject(request)
  warnings.forEach(context.warn)
  checkName(object, request.name)
  const respond = (status: number, text: string) =>
    respondJson(status, presenter.object(text), { format: presenter.format, headers: context.warningHeaders() })
  const { strategy } = request.model
  const change = (old: AnyObject) => {
    checkUid(resource, object, old)
    // A version of 0 is none.
    if (strategy.requireResourceVersion && !Number(object.metadata.resourceVersion ?? 0)) throw mustBeSpecified(request)
    return cloneJson(object)
  }
  try {
    return respond(200, await updateObject(backend, resource, request, change, { part, context }))
  } catch (error) {
    if (part !== 'spec' || !strategy.allowCreateOnUpdate || !isApiError(error, 'NotFound')) throw error
    authorizeCreate(backend, request)
    return respond(201, await createObject(backend, resource, object, { namespace: request.namespace, context }))
  }
}

const mustBeSpecified = ({ resource, name }: ResourceRequest) =>
  // Kubernetes names the resource here, and not the kind.
  invalid({ group: resource.group, kind: resource.plural }, name, [
    {
      type: 'FieldValueInvalid',
      field: 'metadata.resourceVersion',
      message: 'Invalid value: 0: must be specified for an update',
    },
  ])
