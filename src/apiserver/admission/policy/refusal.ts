/** What the writer gets to hear from policies that say no. Source: k8s.io/apiserver v0.34,
 *  pkg/admission/plugin/policy/validating/dispatcher.go. */
import { ApiError } from '../../../api/index.ts'
import type { AdmissionRequest } from '../admission-request.ts'
import { forbidden } from '../plugins/forbidden.ts'

export interface Refusal {
  policy: string
  /** Undefined: the policy itself is at fault. */
  binding: string | undefined
  message: string
  reason: string | undefined
}

const CODES: ReadonlyMap<string, number> = new Map([
  ['Forbidden', 403],
  ['Unauthorized', 401],
  ['RequestEntityTooLarge', 413],
])
const UNPROCESSABLE = 422

export function refusalError(request: AdmissionRequest, refusal: Refusal): ApiError {
  const { policy, binding, message, reason = 'Invalid' } = refusal
  const by = binding === undefined ? '' : ` with binding '${binding}'`
  const said = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`
  const { status } = forbidden(request, said)
  return new ApiError({
    ...status,
    reason,
    code: CODES.get(reason) ?? UNPROCESSABLE,
    details: { ...status.details, causes: [...(status.details?.causes ?? []), { message: said }] },
  })
}
