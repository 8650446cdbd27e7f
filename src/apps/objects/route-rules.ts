/** The rules of an App's routes as those of an HTTPRoute. Pure. Source: Gateway API v1.3, HTTPRouteRule. */
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
  return { matches, filters, backendRefs: route.redirect === undefined ? backendRefs : [] }
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
