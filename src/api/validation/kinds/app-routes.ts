/** Where an App answers beside its hosts, and how. Source of the bounds: Gateway API v1.3, HTTPRouteRule. */
import { parseRedirect } from '../../app-route.ts'
import type { AppHeaderChanges, AppMaintenance, AppRoute } from '../../app-types.ts'
import { dnsSubdomainProblems } from '../../formats/index.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  tooLong,
  tooMany,
} from '../field-error.ts'
import { prefixProblems } from './gateway-api.ts'

/** An HTTPRoute has 16 rules, one of which is for all other paths. */
const MAX_ROUTES = 15
/** HTTPRoutes are named for the app and the host. */
const MAX_ROUTE_HOST = 200
const MAX_MESSAGE = 1000
const STATUSES = [301, 302]
/** Source: RFC 9110, section 5.6.2 (token). */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}$/
const HEADER_VALUE = /^[\t\u0020-\u007E\u0080-\uFFFF]{1,4096}$/

export function validateRoutes(routes: readonly AppRoute[]): FieldError[] {
  const seen = new Set<string>()
  const errors = routes.length > MAX_ROUTES ? [tooMany('spec.routes', routes.length, MAX_ROUTES)] : []
  routes.forEach((route, index) => {
    const at = `spec.routes[${index}]`
    const { host, path = '/' } = route
    const key = `${host?.toLowerCase() ?? ''} ${path.replace(/(?<=.)\/$/, '')}`
    if (seen.has(key)) errors.push(duplicate(at, { ...(host !== undefined && { host }), path }))
    seen.add(key)
    errors.push(...validateRoute(route, at))
  })
  return errors
}

function validateRoute(route: AppRoute, at: string): FieldError[] {
  const { host, path, redirect, rewritePrefix, requestHeaders, responseHeaders } = route
  const errors: FieldError[] = []
  if (host !== undefined) {
    errors.push(...invalidFormat(`${at}.host`, host, dnsSubdomainProblems(host.toLowerCase())))
    if (host.length > MAX_ROUTE_HOST) errors.push(tooLong(`${at}.host`, MAX_ROUTE_HOST))
  }
  if (path !== undefined) errors.push(...invalidFormat(`${at}.path`, path, prefixProblems(path)))
  if (rewritePrefix !== undefined)
    errors.push(...invalidFormat(`${at}.rewritePrefix`, rewritePrefix, prefixProblems(rewritePrefix)))
  errors.push(
    ...validateHeaders(requestHeaders, `${at}.requestHeaders`),
    ...validateHeaders(responseHeaders, `${at}.responseHeaders`),
  )
  if (redirect === undefined) return errors
  const { to, status } = redirect
  // Missing: the schema says so.
  if (typeof to === 'string' && parseRedirect(to) === undefined)
    errors.push(
      invalidValue(`${at}.redirect.to`, to, 'must be a URL or a path, without a query: https://example.com/new, /new'),
    )
  if (status !== undefined && !STATUSES.includes(status))
    errors.push(notSupported(`${at}.redirect.status`, status, STATUSES.map(String)))
  for (const field of ['rewritePrefix', 'requestHeaders', 'responseHeaders'] as const)
    if (route[field] !== undefined) errors.push(forbidden(`${at}.${field}`, 'may not be set together with redirect'))
  return errors
}

function validateHeaders(changes: AppHeaderChanges | undefined, at: string): FieldError[] {
  const { set = [], add = [], remove = [] } = changes ?? {}
  const named = [
    ...set.map(({ name }, index) => [name, `${at}.set[${index}].name`] as const),
    ...add.map(({ name }, index) => [name, `${at}.add[${index}].name`] as const),
    ...remove.map((name, index) => [name, `${at}.remove[${index}]`] as const),
  ]
  const valued = [
    ...set.map(({ value }, index) => [value, `${at}.set[${index}].value`] as const),
    ...add.map(({ value }, index) => [value, `${at}.add[${index}].value`] as const),
  ]
  const errors: FieldError[] = []
  const seen = new Set<string>()
  for (const [name, field] of named) {
    if (typeof name !== 'string') continue
    if (!HEADER_NAME.test(name)) errors.push(invalidValue(field, name, 'must be the name of an HTTP header'))
    if (seen.has(name.toLowerCase())) errors.push(duplicate(field, name))
    seen.add(name.toLowerCase())
  }
  for (const [value, field] of valued)
    if (typeof value === 'string' && !HEADER_VALUE.test(value))
      errors.push(invalidValue(field, value, 'must be the value of an HTTP header, on one line'))
  return errors
}

export const validateMaintenance = ({ message }: AppMaintenance): FieldError[] =>
  message !== undefined && message.length > MAX_MESSAGE ? [tooLong('spec.maintenance.message', MAX_MESSAGE)] : []
