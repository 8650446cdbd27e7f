/** Where every failure becomes an ApiError: the store's reasons, and bugs. */
import { ApiError, apiError } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { isStoreError } from '../../store/index.ts'

/** A failure that is nobody's fault but ours is an `InternalError`; its cause says what happened. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isStoreError(error, 'compacted')) return expired(error)
  // Without a time to try again: clients would, for a minute, before they say why.
  if (isStoreError(error, 'full'))
    return apiError('ServiceUnavailable', `the store is full: ${error.message}; free disk space, then try again`, {
      cause: error,
    })
  if (isStoreError(error, 'closed'))
    return apiError('ServiceUnavailable', 'the API server is shutting down', { cause: error, retryAfterSeconds: 1 })
  if (isStoreError(error, 'invalidKey')) return apiError('BadRequest', error.message, { cause: error })
  return apiError('InternalError', `Internal error occurred: ${errorMessage(error)}`, { cause: error })
}

/** The state at the asked revision is gone: clients list anew. */
export function expired(cause?: unknown): ApiError {
  return apiError('Expired', 'The resourceVersion for the provided watch or list is too old.', { cause })
}

/** The asked revision has not happened yet (a client that outlived the store). Clients list anew. */
export function tooLargeResourceVersion(asked: number, current: number): ApiError {
  return apiError('Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}
