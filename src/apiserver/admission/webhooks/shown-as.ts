/** A request in the form that a webhook asked for: the same objects, perhaps in another version. */
import type { Resource } from '../../../api/index.ts'
import type { Backend } from '../../server/context.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { convertObject } from '../matching/index.ts'
import type { Shown } from './review.ts'

export async function shownAs(resource: Resource, request: AdmissionRequest, backend: Backend): Promise<Shown> {
  const way = { from: request.resource, to: resource }
  return {
    resource,
    object: request.object && (await convertObject(request.object, way, backend)),
    oldObject: request.oldObject && (await convertObject(request.oldObject, way, backend)),
  }
}
