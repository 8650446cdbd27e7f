/** How plugins say no, and how they know what a request is about. Source of the wording: k8s.io/apiserver v0.34,
 *  pkg/admission (errors.go, NewForbidden). */
import { type ApiError, apiError, qualifiedName, type Resource } from '../../../api/index.ts'
import type { AdmissionRequest } from '../admission-request.ts'

export function forbidden({ resource, name, object }: AdmissionRequest, why: string): ApiError {
  const named = name || (object?.metadata?.generateName ? object.metadata.generateName : 'Unknown')
  return apiError('Forbidden', `${qualifiedName(resource)} ${JSON.stringify(named)} is forbidden: ${why}`, {
    subject: { group: resource.group, kind: resource.plural, name: named },
  })
}

/** Whether both are the same kind of object, in whatever version. */
export const isOf = (resource: Resource, other: Pick<Resource, 'group' | 'plural'>): boolean =>
  resource.plural === other.plural && resource.group === other.group
