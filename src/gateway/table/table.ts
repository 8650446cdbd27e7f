/** The routing table: what a snapshot of the API's objects means for a request, worked out before any request comes. */

import type { KeyPair } from '../../certificates/index.ts'

/** One address that can answer for a backend. */
export interface Endpoint {
  /** `address:port`, by which the proxy remembers its connections and its load. */
  readonly id: string
  readonly address: string
  readonly port: number
  /** The pod's name, if the endpoint is a pod. */
  readonly pod: string | undefined
}

export interface Backend {
  /** The Service's `namespace/name`. */
  readonly service: string
  readonly weight: number
  readonly endpoints: readonly Endpoint[]
  /** Why there is no endpoint, in words for the person who asked; `broken` when waiting will not help. */
  readonly problem: { readonly text: string; readonly broken: boolean } | undefined
  readonly filters: Filters
}

export interface HeaderChanges {
  /** Lower-case names that the request's or response's own headers lose. */
  readonly drop: ReadonlySet<string>
  /** Names and values, one after the other, put after those. */
  readonly put: readonly string[]
  /** Lower-case name to [name, value]: joined to the header that is there, if any. */
  readonly add: ReadonlyMap<string, readonly [string, string]>
}

export type PathChange = { readonly full: string } | { readonly prefix: string; readonly replacement: string }

export interface Redirect {
  readonly scheme: string | undefined
  readonly hostname: string | undefined
  readonly port: number | undefined
  readonly path: PathChange | undefined
  readonly statusCode: number
}

export interface Filters {
  readonly request: HeaderChanges | undefined
  readonly response: HeaderChanges | undefined
  readonly redirect: Redirect | undefined
  readonly rewriteHost: string | undefined
  readonly rewritePath: PathChange | undefined
}

export interface Rule {
  /** The name people know it by: the App's, else the route's. */
  readonly app: string
  /** `HTTPRoute namespace/name` or `Ingress namespace/name`. */
  readonly source: string
  readonly namespace: string
  readonly backends: readonly Backend[]
  readonly totalWeight: number
  readonly filters: Filters
  /** While the app is in maintenance, what is said in its place; empty says the usual. */
  readonly maintenance: string | undefined
  /** Milliseconds for the whole request, and for each attempt on a backend; undefined means the gateway's default. */
  readonly requestTimeoutMs: number | undefined
  readonly backendTimeoutMs: number | undefined
}

export type ValueMatch = { readonly exact: string } | { readonly pattern: RegExp }

export interface Match {
  readonly path:
    | { readonly type: 'Exact'; readonly value: string }
    | { readonly type: 'PathPrefix'; readonly value: string }
    | { readonly type: 'RegularExpression'; readonly pattern: RegExp; readonly value: string }
  readonly method: string | undefined
  /** Lower-case names. */
  readonly headers: readonly { readonly name: string; readonly match: ValueMatch }[]
  readonly query: readonly { readonly name: string; readonly match: ValueMatch }[]
  readonly rule: Rule
}

export interface HostTable {
  /** Host to its matches, in order of precedence: one at least, and all of one namespace. */
  readonly exact: ReadonlyMap<string, readonly Match[]>
  /** The part after `*`, such as `.example.com`; the same of it. */
  readonly wildcard: ReadonlyMap<string, readonly Match[]>
  /** Of any host: everybody's. */
  readonly any: readonly Match[]
}

export interface GivenCertificate extends KeyPair {
  /** `Secret namespace/name`. */
  readonly source: string
}

/** How a request came in. */
export type Scheme = 'http' | 'https'

export interface RoutingTable extends Readonly<Record<Scheme, HostTable>> {
  /** Those that were given: by host, by `*.` and a domain, or for `*`. */
  readonly certificates: ReadonlyMap<string, GivenCertificate>
}
