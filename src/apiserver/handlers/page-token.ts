/** The `continue` token of a list: where the next page starts, and at which revision. Clients must not look inside. */
import { apiError } from '../../api/index.ts'

export interface PageToken {
  /** The revision all pages are read at; -1 to read on at the current one (after it was compacted). */
  revision: number
  /** The last key of the page before. */
  after: string
}

export function encodePageToken({ revision, after }: PageToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString('base64url')
}

/** Throws ApiError `BadRequest`, also for a token of another collection. */
export function decodePageToken(text: string, prefix: string): PageToken {
  let token: unknown
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch (error) {
    throw apiError('BadRequest', `continue key is not valid: ${(error as Error).message}`, { cause: error })
  }
  const { rv, start } = (token ?? {}) as { rv?: unknown; start?: unknown }
  if (!Number.isSafeInteger(rv) || typeof start !== 'string' || !start.startsWith(prefix))
    throw apiError('BadRequest', 'continue key is not valid: it does not belong to this list')
  return { revision: rv as number, after: start }
}
