/** The rules of an App's routes as those of an HTTPRoute. Pure. Source: Gateway API v1.3, HTTPRouteRule. */
import { createHash } from 'node:crypto'
import {
  type App,
  type AppHeaderChanges,
  type AppRoute,
  apps,
  type gatewayApi,
  parseRedirect,
} from '../../api/index.ts'

type Rule = gatewayApi.HTTPRouteRule
type Filter = gatewayApi.HTTPRouteFilter

/** The rule for all that no other is for. */
export const plainRule = (backendRefs: gatewayApi.HTTPBackendRef[]): Rule => ({ backendRefs, filters: [] })

export function routeRule(route: AppRoute, backendRefs: gatewayApi.HTTPBackendRef[]): Rule {
  const filters = filtersOf(route)
  const matches = [{ path: { type: 'PathPrefix' as const, value: route.path ?? '/' } }]
  const rule = { matches, filters, backendRefs: route.redirect === undefined ? backendRefs : [] }
  // Named for its filters: who compares what is there with what is wished sees also what is no longer in them.
  return filters.length === 0 ? rule : { name: `route-${digest(filters)}`, ...rule }
}

/** The gateway answers itself, in the app's name. */
export function maintenanceRule({ metadata }: App): Rule {
  const extensionRef = { group: apps.group, kind: apps.kind, name: metadata.name }
  return { filters: [{ type: 'ExtensionRef', extensionRef }], backendRefs: [] }
}

function filtersOf({ redirect, rewritePrefix, requestHeaders, responseHeaders }: AppRoute): Filter[] {
  const filters: Filter[] = []
  if (requestHeaders !== undefined)
    filters.push({ type: 'RequestHeaderModifier', requestHeaderModifier: changes(requestHeaders) })
  if (responseHeaders !== undefined)
    filters.push({ type: 'ResponseHeaderModifier', responseHeaderModifier: changes(responseHeaders) })
  if (rewritePrefix !== undefined)
    filters.push({
      type: 'URLRewrite',
      urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: rewritePrefix } },
    })
  if (redirect !== undefined) {
    const { path, ...target } = parseRedirect(redirect.to) ?? {}
    filters.push({
      type: 'RequestRedirect',
      requestRedirect: {
        ...target,
        ...(path !== undefined && { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: path } }),
        statusCode: redirect.status ?? 302,
      },
    })
  }
  return filters
}

const changes = ({ set, add, remove }: AppHeaderChanges): gatewayApi.HTTPHeaderFilter => ({
  ...(set && { set }),
  ...(add && { add }),
  ...(remove && { remove }),
})

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)
