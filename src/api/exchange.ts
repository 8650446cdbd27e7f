/** One request to a Kubernetes API and its answer, apart from any transport. The API server is an `Exchange`; so are
 *  the HTTPS client and the in-process connection between them, and that is the only way modules of Naru meet. */

export interface UserInfo {
  name: string
  groups: readonly string[]
  uid?: string
  /** What the authenticator knows besides: `authentication.kubernetes.io/pod-name` and the like. */
  extra?: Readonly<Record<string, readonly string[]>>
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  /** Path and query, as in an HTTP request line: `/api/v1/pods?watch=true`. */
  url: string
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** Who is at the other end of the connection; absent in this process. */
  remoteAddress?: string | undefined
  /** The whole body, as text; empty when there is none. */
  body: string
  /** Aborts when the caller has gone: ends watches and log streams. */
  signal: AbortSignal
}

export interface ApiResponse {
  status: number
  headers: Readonly<Record<string, string>>
  /** The whole body, or chunks as they come (watch, log). Ending the iteration releases what it held. */
  body: string | Uint8Array | AsyncIterable<string | Uint8Array>
}

export type Exchange = (request: ApiRequest) => Promise<ApiResponse>
