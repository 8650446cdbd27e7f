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
  const outside = text.search(/[^\w-]/)
  const broken = outside !== -1 ? outside : text.length % 4 === 1 ? text.length - 1 : -1
  if (broken !== -1) throw invalidToken(`illegal base64 data at input byte ${broken}`)
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch (error) {
    throw invalidToken((error as Error).message, error)
  }
  const { rv, start } = (token ?? {}) as { rv?: unknown; start?: unknown }
  if (!Number.isSafeInteger(rv)) throw invalidToken('incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (typeof start !== 'string' || !start.startsWith(prefix)) throw invalidToken('it does not belong to this list')
  return { revision: rv as number, after: start }
}

const invalidToken = (why: string, cause?: unknown) =>
  apiError('BadRequest', `invalid continue token: continue key is not valid: ${why}`, { cause })
