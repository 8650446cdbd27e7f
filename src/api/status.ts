/** Failures as Kubernetes words them: `ApiError` carries a `Status`; the constructors below are the closed set of
 *  reasons. Source: k8s.io/apimachinery v0.34, pkg/api/errors and metav1.StatusReason. */
import type { Status, StatusCause } from './generated/types.ts'

export type StatusReason =
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'Timeout'

const CODES: Record<StatusReason, number> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
}

export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: Status

  constructor(status: Status, options?: { cause?: unknown }) {
    super(status.message ?? status.reason ?? 'unknown failure', options)
    this.status = status
  }

  get code(): number {
    return this.status.code ?? 500
  }

  get reason(): string {
    return this.status.reason ?? 'Unknown'
  }
}

/** Whether `error` is an ApiError with one of `reasons`. */
export function isApiError(error: unknown, ...reasons: StatusReason[]): error is ApiError {
  return error instanceof ApiError && (reasons.length === 0 || reasons.includes(error.reason as StatusReason))
}

/** `group` and `kind` are what the Status' `details` name: the kind for Invalid, the plural resource for the rest. */
export interface StatusSubject {
  group?: string
  kind?: string
  name?: string
}

export function apiError(
  reason: StatusReason,
  message: string,
  options: { subject?: StatusSubject; causes?: StatusCause[]; retryAfterSeconds?: number; cause?: unknown } = {},
): ApiError {
  const details = {
    ...(options.subject?.name && { name: options.subject.name }),
    ...(options.subject?.group && { group: options.subject.group }),
    ...(options.subject?.kind && { kind: options.subject.kind }),
    ...(options.causes && { causes: options.causes }),
    ...(options.retryAfterSeconds !== undefined && { retryAfterSeconds: options.retryAfterSeconds }),
  }
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(Object.keys(details).length > 0 && { details }),
    code: CODES[reason],
  }
  return new ApiError(status, 'cause' in options ? { cause: options.cause } : undefined)
}

const quoted = (resource: { group: string; plural: string }) =>
  resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
const subjectOf = (resource: { group: string; plural: string }, name: string): StatusSubject => ({
  group: resource.group,
  kind: resource.plural,
  name,
})

export const notFound = (resource: { group: string; plural: string }, name: string): ApiError =>
  apiError('NotFound', `${quoted(resource)} "${name}" not found`, { subject: subjectOf(resource, name) })

export const alreadyExists = (resource: { group: string; plural: string }, name: string): ApiError =>
  apiError('AlreadyExists', `${quoted(resource)} "${name}" already exists`, { subject: subjectOf(resource, name) })

/** The one clients retry on: the object changed between their read and their write. */
export const conflict = (resource: { group: string; plural: string }, name: string, why: string): ApiError =>
  apiError('Conflict', `Operation cannot be fulfilled on ${quoted(resource)} "${name}": ${why}`, {
    subject: subjectOf(resource, name),
  })

export const OBJECT_MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

/** A field that is wrong, in Kubernetes' vocabulary (`field.Error`). */
export interface FieldError {
  type:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
  /** `spec.template.spec.containers[0].name` */
  field: string
  /** As field.Error prints it, without the field: `Required value`, `Invalid value: "A": must be lower case`. */
  message: string
}

/** Of all errors of an object together, in characters. */
const MAX_ERRORS_LENGTH = 1024 * 1024

/** As many as can be said: a body of three megabytes can have errors of many times that. */
function listed(errors: readonly FieldError[]): readonly FieldError[] {
  let length = 0
  const end = errors.findIndex(({ field, message }) => (length += field.length + message.length) > MAX_ERRORS_LENGTH)
  if (end === -1 || errors.length === 1) return errors
  const count = Math.max(1, end)
  const more: FieldError = {
    type: 'FieldValueTooMany',
    field: '<nil>',
    message: `Too many: ${errors.length - count} more errors are not listed`,
  }
  return [...errors.slice(0, count), more]
}

export function invalid(
  kind: { group: string; kind: string },
  name: string,
  allErrors: readonly FieldError[],
): ApiError {
  const errors = listed(allErrors)
  const qualified = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`
  // Each cause is listed, but said only once.
  const sentences = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))]
  const body = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`
  return apiError('Invalid', `${qualified} "${name}" is invalid: ${body}`, {
    subject: { group: kind.group, kind: kind.kind, name },
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  })
}
