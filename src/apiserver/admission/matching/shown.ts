/** A request in the form that a webhook or a policy asked for: the same objects, perhaps in another version. */
import { apiVersionOf, type Resource } from '../../../api/index.ts'
import type { AdmissionInput } from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { accessChecker } from './access-checker.ts'
import { convertObject } from './convert-object.ts'
import { requestFacts } from './request-facts.ts'

export interface Shown {
  /** The request's own resource or an equivalent one. */
  resource: Resource
  object: AnyObject | undefined
  oldObject: AnyObject | undefined
}

export async function shownAs(resource: Resource, request: AdmissionRequest, backend: Backend): Promise<Shown> {
  const way = { from: request.resource, to: resource }
  return {
    resource,
    object: request.object && (await convertObject(request.object, way, backend)),
    oldObject: request.oldObject && (await convertObject(request.oldObject, way, backend)),
  }
}

/** Every object says what it is; options of a CONNECT do so themselves. */
export function typed(object: AnyObject | undefined, resource: Resource): AnyObject | null {
  if (object === undefined) return null
  return { ...object, apiVersion: object.apiVersion ?? apiVersionOf(resource), kind: object.kind ?? resource.kind }
}

/** What expressions see of it. `namespace`: the Namespace object, where they may see that too. */
export function admissionInput(
  request: AdmissionRequest,
  { resource, object, oldObject }: Shown,
  { backend, namespace }: { backend: Pick<Backend, 'authorize'>; namespace?: unknown },
): AdmissionInput {
  const { subresource, namespace: named = '', name } = request
  return {
    object: typed(object, resource),
    oldObject: typed(oldObject, resource),
    request: requestFacts(request, resource),
    namespace,
    checker: accessChecker(request.context.user, (user, attributes) => backend.authorize(user, attributes)),
    target: { group: resource.group, resource: resource.plural, subresource, namespace: named, name },
  }
}
