/** Acting as somebody else, with the right to: `kubectl --as`.
 *  Source: k8s.io/apiserver v0.34, pkg/endpoints/filters/impersonation.go. */
import { apiError, type ApiRequest, type UserInfo } from '../../api/index.ts'
import type { Attributes } from './attributes.ts'
import { type Authorize, forbidden } from './authorize.ts'
import { serviceAccountOf, serviceAccountGroups } from './service-account-name.ts'

const USER = 'impersonate-user'
const GROUP = 'impersonate-group'
const UID = 'impersonate-uid'
const EXTRA_PREFIX = 'impersonate-extra-'
const PREFIX = 'impersonate-'
const AUTHENTICATION_GROUP = 'authentication.k8s.io'

const ANONYMOUS = 'system:anonymous'
const AUTHENTICATED = 'system:authenticated'
const UNAUTHENTICATED = 'system:unauthenticated'

interface Wish {
  user: string
  groups: readonly string[]
  uid: string
  /** Key and value, one entry a value. */
  extra: readonly (readonly [string, string])[]
}

/** Whom the request is to be served as: `user`, or whom its headers name. Throws ApiError `Forbidden` when `user` may
 *  not be one of them, and `InternalError` (as Kubernetes does) for headers that name no user. */
export function impersonate(authorize: Authorize, user: UserInfo, request: ApiRequest): UserInfo {
  const wish = wishOf(request.headers)
  if (wish === undefined) return user
  if (wish.user === '') throw withoutUser(wish, request.url)
  for (const attributes of rightsFor(wish)) {
    const decision = authorize(user, attributes)
    if (!decision.allowed) throw forbidden(user, attributes, decision)
  }
  return impersonated(wish)
}

function wishOf(headers: ApiRequest['headers']): Wish | undefined {
  if (!isWished(headers)) return undefined
  const user = headers[USER] ?? ''
  const groups = valuesOf(headers[GROUP])
  const uid = headers[UID] ?? ''
  const extra: [string, string][] = []
  for (const name in headers)
    if (name.startsWith(EXTRA_PREFIX))
      for (const value of valuesOf(headers[name])) extra.push([extraKey(name.slice(EXTRA_PREFIX.length)), value])
  return user === '' && groups.length === 0 && uid === '' && extra.length === 0
    ? undefined
    : { user, groups, uid, extra }
}

/** Hardly anybody wishes to be somebody else. */
function isWished(headers: ApiRequest['headers']): boolean {
  for (const name in headers) if (name.startsWith(PREFIX)) return true
  return false
}

/** Of a header that came several times; each value is authorized by itself. */
const valuesOf = (header: string | undefined) => (header === undefined ? [] : header.split(', '))

function extraKey(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

/** One question for each thing that the requester wants to be. */
function* rightsFor({ user, groups, uid, extra }: Wish): Iterable<Attributes> {
  const right = (resource: NonNullable<Attributes['resource']>, name: string, namespace = ''): Attributes => ({
    verb: 'impersonate',
    resource,
    namespace,
    name,
  })
  const account = serviceAccountOf(user)
  if (account === undefined) yield right({ group: '', resource: 'users' }, user)
  else yield right({ group: '', resource: 'serviceaccounts' }, account.name, account.namespace)
  for (const group of groups) yield right({ group: '', resource: 'groups' }, group)
  for (const [key, value] of extra)
    yield right({ group: AUTHENTICATION_GROUP, resource: 'userextras', subresource: key }, value)
  if (uid !== '') yield right({ group: AUTHENTICATION_GROUP, resource: 'uids' }, uid)
}

function impersonated({ user, groups, uid, extra }: Wish): UserInfo {
  const account = serviceAccountOf(user)
  const given = groups.length === 0 && account !== undefined ? serviceAccountGroups(account.namespace) : [...groups]
  const known = Map.groupBy(extra, ([key]) => key)
  return {
    name: user,
    groups: withStanding(user, given),
    ...(uid !== '' && { uid }),
    ...(known.size > 0 && {
      extra: Object.fromEntries([...known].map(([key, pairs]) => [key, pairs.map(([, value]) => value)])),
    }),
  }
}

/** Whoever is impersonated counts as authenticated, unless the groups say otherwise. */
function withStanding(user: string, groups: string[]): string[] {
  if (user === ANONYMOUS) return groups.includes(UNAUTHENTICATED) ? groups : [...groups, UNAUTHENTICATED]
  const said = groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED)
  return said ? groups : [...groups, AUTHENTICATED]
}

/** Kubernetes prints its own structure (kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath). */
function withoutUser({ groups, uid, extra }: Wish, url: string) {
  const wishes = [
    ...groups.map((group) => `{Group  ${group}    }`),
    ...extra.map(([key, value]) => `{UserExtra  ${value}  ${AUTHENTICATION_GROUP}/v1  ${key}}`),
    ...(uid === '' ? [] : [`{UID  ${uid}  ${AUTHENTICATION_GROUP}/v1  }`]),
  ]
  return apiError(
    'InternalError',
    `Internal Server Error: ${JSON.stringify(url)}: requested [${wishes.join(' ')}] without impersonating a user`,
  )
}
