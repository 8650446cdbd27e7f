/** The one path of every request, from any transport: who, may they, where to, and any failure as a Status. */
import { type ApiRequest, type ApiResponse, apiError, type UserInfo } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { authenticate } from '../auth/authenticate.ts'
import { type Attributes, attributesOf } from '../auth/attributes.ts'
import { forbidden } from '../auth/authorize.ts'
import { impersonate } from '../auth/impersonate.ts'
import { serveOpenId } from '../auth/tokens/openid.ts'
import { serveDiscovery } from '../discovery/serve-discovery.ts'
import { serveOpenApi } from '../discovery/serve-openapi.ts'
import { VERSION } from '../discovery/version.ts'
import type { Seat } from '../flowcontrol/flow-control.ts'
import { labelsOf } from '../metrics/request-labels.ts'
import { dispatch } from '../routing/dispatch.ts'
import { isTrue, parseRequest, type RequestInfo } from '../routing/request-info.ts'
import type { Backend } from './context.ts'
import { toApiError } from './failure.ts'
import { isHealthPath, serveHealth } from './health.ts'
import { refusalFormat } from './media-types.ts'
import { notServed } from './not-served.ts'
import { respondJson, respondStatus, warningHeader } from './response.ts'

/** The most bytes of a body. Kubernetes' limit. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024

/** Who calls: known already (in this process), or to be found out from what the request brings. */
export type Caller = { user: UserInfo } | { certificate: UserInfo | undefined }

/** Answers a request; without a user only what everybody may read is answered. Never throws. */
export async function handle(backend: Backend, request: ApiRequest, caller: Caller): Promise<ApiResponse> {
  let counted: ((code: number) => void) | undefined
  let trail: AuditTrail | undefined
  const warnings = new Set<string>()
  const headers = identify(backend, request, caller)
  try {
    const info = parseRequest(request)
    counted = count(backend, request, info)
    trail = backend.audit?.begin(request, info, headers[AUDIT_ID])
    const response = await route(backend, { request, info, caller, trail, warnings, headers })
    counted(response.status)
    Object.assign(headers, response.headers)
    const audited = trail?.answered({ ...response, headers }) ?? { ...response, headers }
    return request.method === 'HEAD' ? { ...audited, body: '' } : audited
  } catch (error) {
    const failure = toApiError(error)
    counted?.(failure.code)
    trail?.failed(failure.status, failure.code === 500 && failure !== error)
    if (failure.code === 500)
      backend.logger.error(
        { method: request.method, path: request.url.split('?')[0], error: errorMessage(error), stack: stackOf(error) },
        'a request failed for a reason of our own',
      )
    else if (failure.code === 403 && 'user' in caller) noteRefusal(backend, caller.user, failure.message)
    const refusal = respondStatus(failure.status, {
      format: refusalFormat(request.headers.accept),
      headers: { ...headers, ...warningHeader([...warnings]) },
    })
    return request.method === 'HEAD' ? { ...refusal, body: '' } : refusal
  }
}

const AUDIT_ID = 'audit-id'

/** The headers of the answer, with the request's name: given by who sends it, or made up. In this process nobody asks. */
function identify({ randomness }: Backend, request: ApiRequest, caller: Caller): Headers {
  if ('user' in caller) return {}
  return { [AUDIT_ID]: request.headers[AUDIT_ID] || randomness.uuid() }
}

/** A component that lacks a right fails in silence, or tries for ever: its role is to be mended. */
function noteRefusal({ logger }: Backend, { name }: UserInfo, why: string): void {
  if (why.includes(`User ${JSON.stringify(name)} cannot `)) logger.warn({ user: name, why }, 'a component was refused')
}

function count({ metrics, catalog, clock }: Backend, { headers }: ApiRequest, info: RequestInfo) {
  const labels = labelsOf(info, headers['content-type'], (target) => catalog.find(target))
  return metrics.begin(labels, () => clock.now())
}

interface RoutedRequest {
  request: ApiRequest
  info: RequestInfo
  /** What is noted of it; absent when nothing is. */
  trail: AuditTrail | undefined
  /** What is said with a refusal. */
  warnings: Set<string>
}

/** Of the answer, whatever it will be. */
type Headers = Record<string, string>

const ignored = () => {}

async function route(
  backend: Backend,
  { request, info, caller, trail, warnings, headers }: RoutedRequest & { caller: Caller; headers: Headers },
): Promise<ApiResponse> {
  const annotate = trail?.annotate ?? ignored
  const open = serveOpen(backend, request, info)
  if (open !== undefined) return open
  const known = 'user' in caller ? caller.user : authenticate(backend, { request, ...caller, annotate })
  const requester = known instanceof Promise ? await known : known
  if (requester === undefined) throw apiError('Unauthorized', 'Unauthorized')
  trail?.calledBy(requester)
  const user = impersonate(backend.authorize, requester, request)
  if (user !== requester) trail?.servedAs(user)
  const attributes = attributesOf(info)
  const taken = 'user' in caller ? undefined : takeSeat(backend, user, { info, request, attributes })
  const seat = taken instanceof Promise ? await taken : taken
  // A refusal says, too, whose turn it was.
  Object.assign(headers, seat?.headers)
  try {
    return await answer(backend, { request, info, user, attributes, trail, warnings })
  } finally {
    seat?.done()
  }
}

/** Only those over the network wait for one another: what runs in this process is the cluster itself. */
function takeSeat(
  backend: Backend,
  user: UserInfo,
  { info, request, attributes }: { info: RequestInfo; request: ApiRequest; attributes: Attributes },
): Seat | Promise<Seat> | undefined {
  return isLongRunning(info) ? undefined : backend.flowControl.take(user, attributes, request)
}

/** Answers that last hold no seat. */
const isLongRunning = ({ verb, target, query }: RequestInfo): boolean =>
  verb === 'watch' ||
  (target?.subresource !== undefined &&
    (LONG_RUNNING.has(target.subresource) || (target.subresource === 'log' && isTrue(query.get('follow')))))

const LONG_RUNNING = new Set(['exec', 'attach', 'portforward', 'proxy'])

function answer(
  backend: Backend,
  { request, info, user, attributes, trail, warnings }: RoutedRequest & { user: UserInfo; attributes: Attributes },
): ApiResponse | Promise<ApiResponse> {
  checkAllowed(backend, user, { attributes, trail })
  if (request.body.length > MAX_BODY_BYTES) throw tooLarge()
  const elsewhere = backend.aggregation.proxy(request, info.path, user)
  if (elsewhere !== undefined) return elsewhere
  if (info.target !== undefined)
    return dispatch(backend, {
      request,
      info,
      target: info.target,
      user,
      annotate: trail?.annotate ?? ignored,
      warnings,
    })
  const read = request.method === 'GET' || request.method === 'HEAD'
  if (read && info.path === '/metrics') return respondMetrics(backend)
  if (read && info.path === '/naru/backup' && backend.backUp !== undefined)
    return { status: 200, headers: { 'content-type': 'application/vnd.sqlite3' }, body: backend.backUp() }
  const document = read || info.path === '/' ? servedDocument(backend, request, info) : undefined
  return document ?? notServed(backend, request, info)
}

async function respondMetrics({ metrics }: Backend): Promise<ApiResponse> {
  const { type, text } = await metrics.text()
  return { status: 200, headers: { 'content-type': type }, body: text }
}

function servedDocument(backend: Backend, request: ApiRequest, info: RequestInfo): ApiResponse | undefined {
  return (
    serveDiscovery(backend, request, info) ??
    serveOpenApi(backend, request, info) ??
    serveOpenId(info.path, backend.tokens.key)
  )
}

/** What needs no certificate. */
function serveOpen(backend: Backend, request: ApiRequest, info: RequestInfo): ApiResponse | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
  if (info.path === '/version') return respondJson(200, JSON.stringify(VERSION, undefined, 2))
  return isHealthPath(info.path) ? serveHealth(backend, info) : undefined
}

function checkAllowed(
  backend: Backend,
  user: UserInfo,
  { attributes, trail }: Pick<RoutedRequest, 'trail'> & { attributes: Attributes },
): void {
  const decision = backend.authorize(user, attributes)
  trail?.decided(decision)
  if (decision.allowed) return
  throw forbidden(user, attributes, decision)
}

export function tooLarge() {
  return apiError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`)
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : undefined)
