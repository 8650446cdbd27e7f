/** Gateway API kinds. Source: the CRDs of Gateway API v1.3 (bounds, patterns and enumerations). */
import { between, dnsSubdomainProblems, wildcardSubdomainProblems } from '../../formats/index.ts'
import type {
  Gateway,
  GatewayListener,
  HTTPRoute,
  HTTPRouteFilter,
  HTTPRouteMatch,
  HTTPRouteRule,
} from '../../gateway-types.ts'
import {
  duplicate,
  type FieldError,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'

const DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/
const MAX_PATH = 1024
const PATH_TYPES = ['Exact', 'PathPrefix', 'RegularExpression']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']
/** Each filter's type, and the field that goes with it. */
const FILTERS: Readonly<Record<string, keyof HTTPRouteFilter | 'requestMirror' | 'extensionRef'>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
}

export const gatewayRules: KindRules<Gateway> = {
  validate: ({ spec }) => {
    const listeners = spec?.listeners ?? []
    const names = new Set<string>()
    const errors: FieldError[] = []
    if (spec !== undefined && listeners.length === 0) errors.push(required('spec.listeners'))
    listeners.forEach((listener, index) => {
      const { name, port, hostname } = listener
      const at = `spec.listeners[${index}]`
      if (names.has(name)) errors.push(duplicate(at, { name }))
      names.add(name)
      errors.push(...validatePort(port, `${at}.port`), ...validateHostname(hostname, `${at}.hostname`))
      errors.push(...validateTls(listener, at))
    })
    return errors
  },
}

const MAX_CERTIFICATES = 64

function validateTls({ protocol, tls }: GatewayListener, at: string): FieldError[] {
  if (tls === undefined) return []
  const { mode = 'Terminate', certificateRefs = [], options = {} } = tls
  const own = `${at}.tls`
  const wrong = (why: string) => [invalidValue(own, 'object', why)]
  if (['HTTP', 'TCP', 'UDP'].includes(protocol))
    return wrong("tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")
  if (protocol === 'HTTPS' && mode !== 'Terminate') return wrong('tls mode must be Terminate for protocol HTTPS')
  if (certificateRefs.length > MAX_CERTIFICATES)
    return [tooMany(`${own}.certificateRefs`, certificateRefs.length, MAX_CERTIFICATES)]
  return mode !== 'Terminate' || certificateRefs.length > 0 || Object.keys(options).length > 0
    ? []
    : wrong('certificateRefs or options must be specified when mode is Terminate')
}

export const httpRouteRules: KindRules<HTTPRoute> = {
  validate: ({ spec }) => {
    const { parentRefs = [], hostnames = [], rules = [] } = spec ?? {}
    const errors: FieldError[] = []
    if (hostnames.length > 16) errors.push(tooMany('spec.hostnames', hostnames.length, 16))
    if (rules.length > 16) errors.push(tooMany('spec.rules', rules.length, 16))
    parentRefs.forEach(({ port }, index) => errors.push(...validatePort(port, `spec.parentRefs[${index}].port`)))
    hostnames.forEach((name, index) => errors.push(...validateHostname(name, `spec.hostnames[${index}]`)))
    rules.forEach((rule, index) => errors.push(...validateRule(rule, `spec.rules[${index}]`)))
    return errors
  },
}

function validateRule(rule: HTTPRouteRule, at: string): FieldError[] {
  const errors: FieldError[] = []
  rule.matches?.forEach((match, index) => errors.push(...validateMatch(match, `${at}.matches[${index}]`)))
  rule.filters?.forEach((filter, index) => errors.push(...validateFilter(filter, `${at}.filters[${index}]`)))
  rule.backendRefs?.forEach(({ port, weight, group, kind }, index) => {
    const own = `${at}.backendRefs[${index}]`
    errors.push(...validatePort(port, `${own}.port`))
    if ((group ?? '') === '' && (kind ?? 'Service') === 'Service' && port === undefined)
      errors.push(invalidValue(own, 'object', 'Must have port for Service reference'))
    if (weight !== undefined && (weight < 0 || weight > 1_000_000))
      errors.push(invalidValue(`${own}.weight`, weight, between(0, 1_000_000)))
  })
  for (const field of ['request', 'backendRequest'] as const) {
    const value = rule.timeouts?.[field]
    const why = `should match '${DURATION.source}'`
    if (value !== undefined && !DURATION.test(value)) errors.push(invalidValue(`${at}.timeouts.${field}`, value, why))
  }
  return errors
}

function validateMatch({ path, method }: HTTPRouteMatch, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (method !== undefined && !METHODS.includes(method)) errors.push(notSupported(`${at}.method`, method, METHODS))
  const type = path?.type ?? 'PathPrefix'
  if (!PATH_TYPES.includes(type)) errors.push(notSupported(`${at}.path.type`, type, PATH_TYPES))
  const value = path?.value ?? '/'
  if (type === 'RegularExpression') return isRegex(value) ? errors : [...errors, badRegex(value, at)]
  const own = `${at}.path`
  for (const problem of pathProblems(value)) {
    const subject = problem.startsWith('must be') ? 'value ' : ''
    errors.push(invalidValue(own, 'object', `${subject}${problem} when type one of ['Exact', 'PathPrefix']`))
  }
  return errors
}

function pathProblems(value: string): string[] {
  const inside = ['//', '/./', '/../', '%2f', '%2F', '#'].filter((bad) => value.includes(bad))
  const atEnd = ['/..', '/.'].filter((bad) => value.endsWith(bad))
  return [
    ...(value.startsWith('/') ? [] : ["must be an absolute path and start with '/'"]),
    ...inside.map((bad) => `must not contain '${bad}'`),
    ...atEnd.map((bad) => `must not end with '${bad}'`),
  ]
}

/** What is wrong with the path that others are under. */
export const prefixProblems = (value: string): string[] => [
  ...pathProblems(value),
  ...(/[?\s]/.test(value) ? ['must not contain a question mark or white space'] : []),
  ...(value.length > MAX_PATH ? [`must be no more than ${MAX_PATH} characters`] : []),
]

const badRegex = (value: string, at: string) =>
  invalidValue(`${at}.path.value`, value, 'must be a valid regular expression')

function isRegex(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp
  } catch {
    return false
  }
}

function validateFilter(filter: HTTPRouteFilter, at: string): FieldError[] {
  const field = Object.hasOwn(FILTERS, filter.type) ? FILTERS[filter.type] : undefined
  if (field === undefined) return [notSupported(`${at}.type`, filter.type, Object.keys(FILTERS))]
  if (Object.hasOwn(filter, field)) return []
  return [invalidValue(at, 'object', `filter.${field} must be specified for ${filter.type} filter.type`)]
}

function validatePort(port: number | undefined, path: string): FieldError[] {
  return port === undefined || (port >= 1 && port <= 65535) ? [] : [invalidValue(path, port, between(1, 65535))]
}

function validateHostname(name: string | undefined, path: string): FieldError[] {
  if (name === undefined) return []
  return invalidFormat(path, name, (name.startsWith('*') ? wildcardSubdomainProblems : dnsSubdomainProblems)(name))
}
