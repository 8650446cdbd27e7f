/** API groups that other servers answer, as the rest of the server sees them. */
import type { ApiRequest, ApiResponse, Resource, UserInfo } from '../../api/index.ts'

export interface RemoteVersion {
  group: string
  version: string
  /** As the extension server's own discovery lists them. */
  resources: readonly Resource[]
  /** Where its OpenAPI document is, with the hash it had. */
  openApiUrl: string | undefined
  /** Whether the extension server did not answer when it was last asked. */
  stale: boolean
}

/** A group that this server answers itself until an extension server is registered for it. */
export interface LocalGroup {
  group: string
  version: string
  /** For discovery. */
  resources: readonly Resource[]
  /** Requests below the group's version. Throws ApiError. */
  answer(request: ApiRequest): Promise<ApiResponse>
}

export interface Aggregation {
  /** Hands a request on when its path belongs to another server; undefined when it is this server's own. */
  proxy(request: ApiRequest, path: string, user: UserInfo): Promise<ApiResponse> | undefined
  readonly localGroups: readonly LocalGroup[]
  /** For discovery: of extension servers, and of local groups that none stands in for. */
  remoteVersions(): readonly RemoteVersion[]
}

/** For a server that hands nothing on. */
export const noAggregation: Aggregation = { proxy: () => undefined, localGroups: [], remoteVersions: () => [] }
