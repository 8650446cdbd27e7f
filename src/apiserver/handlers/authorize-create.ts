/** A write that makes the object it was to change asks for the right to create, besides the one it came with.
 *  Source: k8s.io/apiserver v0.34, pkg/endpoints/handlers/update.go (`withAuthorization`). */
import { attributesOf } from '../auth/attributes.ts'
import { forbidden } from '../auth/authorize.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'

/** For `PUT` and server-side apply to an object that is not there. Throws ApiError `Forbidden`. */
export function authorizeCreate({ authorize }: Backend, { user, info }: ResourceRequest): void {
  const attributes = { ...attributesOf(info), verb: 'create' }
  const decision = authorize(user, attributes)
  if (!decision.allowed) throw forbidden(user, attributes, decision)
}
