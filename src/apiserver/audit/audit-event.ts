/** The audit event of a request (audit.k8s.io/v1 Event) from what is known of it.
 *  Source: k8s.io/apiserver v0.34, pkg/audit/request.go. */
import type { ApiRequest, k8s, UserInfo } from '../../api/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import { parseBody } from '../server/request-body.ts'
import type { AuditChoice, AuditStage } from './policy.ts'

export interface RequestFacts {
  id: string
  request: ApiRequest
  info: RequestInfo
  receivedMs: number
  user: UserInfo | undefined
  impersonated: UserInfo | undefined
  /** Undefined until there is an answer. */
  answer: { status: k8s.Status | { metadata: object; code: number }; object: unknown } | undefined
  annotations: ReadonlyMap<string, string>
}

const MAX_USER_AGENT = 1024

/** One line of the log. */
export function auditEvent(facts: RequestFacts, choice: AuditChoice, stage: AuditStage, nowMs: number): string {
  const { request, info, user, impersonated, answer } = facts
  const { level, omitManagedFields } = choice
  const shown = (object: unknown) => (omitManagedFields ? withoutManagedFields(object) : object)
  const body = stage === 'RequestReceived' ? undefined : bodyOf(request)
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: facts.id,
    stage,
    requestURI: request.url,
    verb: info.verb,
    user: user === undefined ? {} : userInfo(user),
    impersonatedUser: impersonated && userInfo(impersonated),
    sourceIPs: sourceAddresses(request),
    userAgent: userAgent(request.headers['user-agent']),
    objectRef: objectReference(info, body),
    responseStatus: answer?.status,
    requestObject: level === 'Request' || level === 'RequestResponse' ? shown(body) : undefined,
    responseObject: level === 'RequestResponse' ? shown(answer?.object) : undefined,
    requestReceivedTimestamp: microTime(facts.receivedMs),
    stageTimestamp: microTime(nowMs),
    annotations: facts.annotations.size > 0 ? Object.fromEntries(facts.annotations) : undefined,
  })
}

const microTime = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z')

const userInfo = ({ name, uid, groups, extra }: UserInfo) => ({
  username: name,
  ...(uid && { uid }),
  groups,
  ...(extra && { extra }),
})

function userAgent(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_USER_AGENT) return text
  return `${text.slice(0, MAX_USER_AGENT)}...TRUNCATED`
}

/** Those that proxies name, and last who is at the other end of the connection. */
function sourceAddresses({ headers, remoteAddress }: ApiRequest): string[] | undefined {
  const named = (headers['x-forwarded-for'] ?? '').split(',').map((address) => address.trim())
  const real = headers['x-real-ip']?.trim()
  const addresses = [...named, real ?? '', remoteAddress ?? ''].filter((address) => address !== '')
  return addresses.length === 0 ? undefined : [...new Set(addresses)]
}

function objectReference({ target }: RequestInfo, body: unknown) {
  if (target === undefined) return undefined
  const { resource, name, group, version, subresource } = target
  const { metadata = {} } = (body ?? {}) as { metadata?: Partial<k8s.ObjectMeta> }
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  return {
    resource,
    namespace: (resource === 'namespaces' ? name : target.namespace) ?? text(metadata.namespace),
    name: name ?? text(metadata.name),
    uid: text(metadata.uid),
    apiGroup: group || undefined,
    apiVersion: version,
    resourceVersion: text(metadata.resourceVersion),
    subresource,
  }
}

/** What was sent, when it is a document. */
function bodyOf({ body }: ApiRequest): unknown {
  if (body === '') return undefined
  try {
    return parseBody(body, 'yaml')
  } catch {
    return undefined
  }
}

function withoutManagedFields(value: unknown): unknown {
  const object = value as (Partial<AnyObject> & { items?: unknown; rows?: unknown }) | null | undefined
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return value
  const { metadata, items, rows } = object
  const { managedFields: _managedFields, ...left } = metadata ?? {}
  return {
    ...object,
    ...(metadata && { metadata: left }),
    ...(Array.isArray(items) && { items: items.map(withoutManagedFields) }),
    ...(Array.isArray(rows) && {
      rows: rows.map((row: { object?: unknown }) => ({ ...row, object: withoutManagedFields(row.object) })),
    }),
  }
}
