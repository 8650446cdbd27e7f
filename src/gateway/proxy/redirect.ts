/** The Location of a RequestRedirect. Source: Gateway API v1.3, HTTPRequestRedirectFilter. */
import { changePath } from '../table/filters.ts'
import type { Redirect } from '../table/table.ts'
import type { Target } from './target.ts'

const WELL_KNOWN: Record<string, number> = { http: 80, https: 443 }

/** `asked` is how the request came in. */
export function redirectLocation(
  redirect: Redirect,
  target: Target,
  asked: { readonly scheme: string; readonly port: number | undefined },
): string {
  const scheme = redirect.scheme ?? asked.scheme
  const host = redirect.hostname ?? target.host
  const number = redirect.port ?? (redirect.scheme === undefined ? asked.port : WELL_KNOWN[scheme])
  const suffix = number === undefined || number === WELL_KNOWN[scheme] ? '' : `:${number}`
  const path = redirect.path === undefined ? target.path : changePath(redirect.path, target.path)
  return `${scheme}://${host}${suffix}${path}${target.query === '' ? '' : `?${target.query}`}`
}
