/** The typed client of a Kubernetes API. Every module above the API server sees the cluster through this alone. */
import type { KubeObject, KubeWatchEvent, ObjectList, ObjectRef, Resource } from '../api/index.ts'
import type { Discovered } from './discovery.ts'

export interface CallOptions {
  signal?: AbortSignal
}

export interface ListOptions extends CallOptions {
  /** Left out: all namespaces. */
  namespace?: string | undefined
  labelSelector?: string
  fieldSelector?: string
  limit?: number
  continue?: string
  resourceVersion?: string
}

export interface WatchOptions extends CallOptions {
  namespace?: string | undefined
  labelSelector?: string
  fieldSelector?: string
  resourceVersion?: string
  allowWatchBookmarks?: boolean
  timeoutSeconds?: number
}

export interface DeleteOptions extends CallOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  preconditions?: { uid?: string; resourceVersion?: string }
}

export type PatchType = 'merge' | 'json' | 'strategic' | 'apply'

export interface PatchOptions extends CallOptions {
  /** Default `merge`. */
  type?: PatchType
  subresource?: string
  fieldManager?: string
  force?: boolean
}

/** Objects handed out are plain JSON; the caller may change its copy. Every method throws ApiError; a connection that
 *  fails is ApiError `ServiceUnavailable` with the cause. */
export interface Client {
  /** What the server serves now, custom kinds included. */
  discover(options?: CallOptions): Promise<Discovered>
  get<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options?: CallOptions): Promise<T>
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ObjectList<T>>
  /** Events after `resourceVersion`. Ends when the server closes it; throws `Expired` when the version is compacted. */
  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<KubeWatchEvent<T>>
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<T>
  /** Replaces the object; throws `Conflict` when `metadata.resourceVersion` is not the current one. */
  update<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<T>
  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T, options?: CallOptions): Promise<T>
  patch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, patch: unknown, options?: PatchOptions): Promise<T>
  delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options?: DeleteOptions): Promise<void>
  /** POST to a subresource (`binding`, `eviction`, `token`) or, with `method`, any other verb on one. */
  subresource<R>(
    resource: Resource,
    ref: ObjectRef,
    subresource: string,
    options?: CallOptions & { method?: 'GET' | 'POST' | 'PUT'; body?: unknown },
  ): Promise<R>
  /** A container's log as chunks of text. */
  logs(
    ref: ObjectRef,
    options?: CallOptions & {
      container?: string
      follow?: boolean
      tailLines?: number
      previous?: boolean
      timestamps?: boolean
      sinceSeconds?: number
    },
  ): AsyncIterable<string>
}
