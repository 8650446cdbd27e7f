/** Turns whatever a handler threw into the protocol's JSON error. The one place that does. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hasErrno, type Logger } from '../../lib/index.ts'
import { DistributionError } from '../errors.ts'

export interface FailedRequest {
  request: IncomingMessage
  response: ServerResponse
  logger: Logger
}

export function respondError({ request, response, logger }: FailedRequest, thrown: unknown): void {
  if (request.destroyed && !request.complete) return void response.destroy()
  const error = toDistributionError(thrown)
  if (error.status >= 500)
    logger.error({ err: thrown, method: request.method, url: request.url }, 'registry request failed')
  if (response.headersSent) return void response.destroy()
  const entry = {
    code: error.code,
    message: error.message,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  }
  const content = Buffer.from(JSON.stringify({ errors: [entry] }))
  response.writeHead(error.status, {
    'Content-Type': 'application/json',
    'Content-Length': String(content.byteLength),
    ...(isWorthDraining(request) ? {} : { Connection: 'close' }),
    ...error.headers,
  })
  response.end(request.method === 'HEAD' ? undefined : content)
}

/** Node.js reads the rest of a body after the answer, so that a client still sending sees it. A long rest is cut off. */
function isWorthDraining(request: IncomingMessage): boolean {
  return request.complete || Number(request.headers['content-length'] ?? Infinity) <= 16 * 2 ** 20
}

/** A full disk is 507, so that a client stops instead of trying again; what we did not foresee is 500. */
export function toDistributionError(thrown: unknown): DistributionError {
  if (thrown instanceof DistributionError) return thrown
  if (hasErrno(thrown, 'ENOSPC', 'EDQUOT'))
    return new DistributionError(
      'UNKNOWN',
      507,
      'the disk that holds the registry is full; free some space and push again',
      {
        cause: thrown,
      },
    )
  return new DistributionError('UNKNOWN', 500, 'the registry failed; its log says why', { cause: thrown })
}
