/** HTTPRoute filters in the form the proxy applies them in. Source: Gateway API v1.3, HTTPRouteFilter. */
import { apps, type gatewayApi } from '../../api/index.ts'
import type { Filters, HeaderChanges, PathChange } from './table.ts'

export const noFilters: Filters = {
  request: undefined,
  response: undefined,
  redirect: undefined,
  rewriteHost: undefined,
  rewritePath: undefined,
}

const KNOWN = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'])

/** The types among the filters that we do not implement: a rule with one must not be served without it. */
export function unknownFilters(filters: readonly gatewayApi.HTTPRouteFilter[] | undefined): string[] {
  return (filters ?? [])
    .filter((filter) => !KNOWN.has(filter.type) && !isMaintenance(filter))
    .map((filter) => filter.type)
}

/** A filter of our own: the gateway answers in the place of that App. */
export const isMaintenance = ({ type, extensionRef }: gatewayApi.HTTPRouteFilter): boolean =>
  type === 'ExtensionRef' && extensionRef?.group === apps.group && extensionRef.kind === apps.kind

export function compileFilters(filters: readonly gatewayApi.HTTPRouteFilter[] | undefined): Filters {
  if (filters === undefined || filters.length === 0) return noFilters
  const find = (type: string) => filters.find((filter) => filter.type === type)
  const redirect = find('RequestRedirect')?.requestRedirect
  const rewrite = find('URLRewrite')?.urlRewrite
  return {
    request: compileHeaderChanges(find('RequestHeaderModifier')?.requestHeaderModifier),
    response: compileHeaderChanges(find('ResponseHeaderModifier')?.responseHeaderModifier),
    redirect: redirect && {
      scheme: redirect.scheme,
      hostname: redirect.hostname,
      port: redirect.port,
      path: compilePathChange(redirect.path),
      statusCode: redirect.statusCode ?? 302,
    },
    rewriteHost: rewrite?.hostname,
    rewritePath: compilePathChange(rewrite?.path),
  }
}

function compileHeaderChanges(filter: gatewayApi.HTTPHeaderFilter | undefined): HeaderChanges | undefined {
  if (filter === undefined) return undefined
  const set = filter.set ?? []
  return {
    drop: new Set([
      ...set.map((header) => header.name.toLowerCase()),
      ...(filter.remove ?? []).map((n) => n.toLowerCase()),
    ]),
    put: set.flatMap((header) => [header.name, header.value]),
    add: new Map((filter.add ?? []).map(({ name, value }) => [name.toLowerCase(), [name, value] as const])),
  }
}

/** `prefix` is filled in by the rule: what a match's prefix is, only the match knows. */
function compilePathChange(change: gatewayApi.HTTPPathModifier | undefined): PathChange | undefined {
  if (change === undefined) return undefined
  if (change.type === 'ReplaceFullPath') return { full: change.replaceFullPath || '/' }
  return { prefix: '', replacement: (change.replacePrefixMatch ?? '').replace(/\/$/, '') }
}

/** The filters of a rule for a match of this prefix (without trailing slash). */
export function withPrefix(filters: Filters, prefix: string): Filters {
  const fill = (change: PathChange | undefined) => (change && 'prefix' in change ? { ...change, prefix } : change)
  const rewritePath = fill(filters.rewritePath)
  const redirect = filters.redirect && { ...filters.redirect, path: fill(filters.redirect.path) }
  return { ...filters, rewritePath, redirect }
}

/** The path after the change; `path` is without a query. */
export function changePath(change: PathChange, path: string): string {
  if ('full' in change) return change.full
  const rest = path.slice(change.prefix.length)
  const joined = change.replacement + rest
  return joined.startsWith('/') ? joined : `/${joined}`
}
