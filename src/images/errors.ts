/** What can go wrong with images, as closed lists. */

/** Error codes of the distribution protocol. Source: OCI distribution spec v1.1, "Error Codes"; `UNKNOWN` and
 *  `RANGE_INVALID` are those of the Docker registry protocol, which clients know too. */
export type DistributionErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'RANGE_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED'

/** A refusal the registry answers with: `status` is the HTTP status, `detail` goes into the JSON as it is. */
export class DistributionError extends Error {
  override name = 'DistributionError'
  readonly code: DistributionErrorCode
  readonly status: number
  readonly detail: unknown
  readonly headers: Record<string, string>

  constructor(
    code: DistributionErrorCode,
    status: number,
    message: string,
    options: { detail?: unknown; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = status
    this.detail = options.detail
    this.headers = options.headers ?? {}
  }
}

/** Why a client's call to a registry failed. */
export type RegistryClientErrorReason = 'Unreachable' | 'Unauthorized' | 'NotFound' | 'Refused' | 'Corrupt'

export class RegistryClientError extends Error {
  override name = 'RegistryClientError'
  readonly reason: RegistryClientErrorReason
  /** HTTP status, when the registry answered. */
  readonly status: number | undefined

  constructor(reason: RegistryClientErrorReason, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.reason = reason
    this.status = options.status
  }
}

/** A tar entry that would write outside its root, or that a layer cannot hold. */
export class TarEntryError extends Error {
  override name = 'TarEntryError'
}
