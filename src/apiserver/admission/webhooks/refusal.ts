/** The errors of webhooks. A webhook that says no is one thing; one that cannot be asked is another, and may be
 *  overlooked (`failurePolicy: Ignore`). Source of the wording: k8s.io/apiserver v0.34, pkg/util/webhook (error.go) and
 *  pkg/admission/plugin/webhook/errors. */
import { ApiError, apiError, type k8s } from '../../../api/index.ts'

/** A webhook could not be asked, or its answer is none. */
export class HookFailure extends Error {
  override name = 'HookFailure'

  constructor(webhook: string, why: string, options?: { cause: unknown }) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`, options)
  }
}

export const internalError = (why: string, cause?: unknown): ApiError =>
  apiError('InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }], cause })

/** What the writer gets to hear from a webhook that says no: the webhook's own status, as far as it is a failure. */
export function rejection(webhook: string, result: Partial<k8s.Status> | undefined): ApiError {
  const denied = `admission webhook ${JSON.stringify(webhook)} denied the request`
  const reason = textOf(result?.reason)
  const said = textOf(result?.message) ?? reason
  const details: unknown = result?.details
  return new ApiError({
    ...(reason && { reason }),
    ...(typeof details === 'object' && details !== null && { details }),
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: said ? `${denied}: ${said}` : `${denied} without explanation`,
    code: failureCode(result?.code),
  })
}

/** What webhooks say is not typed. */
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function failureCode(code: unknown): number {
  if (typeof code !== 'number' || !Number.isInteger(code) || code < 400) return 400
  return code > 599 ? 500 : code
}

export const noDryRun = (webhook: string): ApiError =>
  apiError('BadRequest', `admission webhook ${JSON.stringify(webhook)} does not support dry run`)
