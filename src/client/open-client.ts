/** `Client` over any `Exchange`: builds the request, reads the answer, turns a Status into an ApiError. */
import {
  ApiError,
  type ApiRequest,
  type ApiResponse,
  apiError,
  type Exchange,
  type KubeObject,
  type KubeWatchEvent,
  notFound,
  type ObjectList,
  type ObjectRef,
  pathOf,
  type Resource,
  apiVersionOf,
} from '../api/index.ts'
import { errorMessage } from '../lib/index.ts'
import { bodyText, lines } from './body.ts'
import type { Client, ListOptions, PatchOptions, PatchType, WatchOptions } from './client.ts'
import { withoutNulls } from './without-nulls.ts'
import { AGGREGATED_DISCOVERY, type GroupDiscoveryList, readDiscovery } from './discovery.ts'

const PATCH_TYPES: Record<PatchType, string> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/** Objects keep the apiVersion and kind that single reads have, also in lists, where the server may leave them out. */
const withType = <T extends KubeObject>(resource: Resource<T>, object: T): T => {
  object.apiVersion ??= apiVersionOf(resource)
  object.kind ??= resource.kind
  return object
}

export function openClient(exchange: Exchange, options: { userAgent?: string } = {}): Client {
  const userAgent = options.userAgent ?? 'naru'

  async function send(
    method: ApiRequest['method'],
    url: string,
    call: { body?: unknown; contentType?: string; accept?: string; signal?: AbortSignal | undefined },
  ): Promise<ApiResponse> {
    const signal = call.signal ?? new AbortController().signal
    const headers: Record<string, string> = {
      accept: call.accept ?? 'application/json',
      'user-agent': userAgent,
    }
    if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json'
    const body = call.body === undefined ? '' : JSON.stringify(call.body)
    let response: ApiResponse
    try {
      response = await exchange({ method, url, headers, body, signal })
    } catch (error) {
      if (signal.aborted || error instanceof ApiError) throw error
      throw apiError(
        'ServiceUnavailable',
        `the Kubernetes API did not answer ${method} ${url}: ${errorMessage(error)}`,
        {
          cause: error,
        },
      )
    }
    if (response.status >= 400) throw await failureOf(response)
    return response
  }

  async function document<T>(...call: Parameters<typeof send>): Promise<T> {
    const response = await send(...call)
    return JSON.parse(await bodyText(response)) as T
  }

  async function object<T>(resource: Resource, ...call: Parameters<typeof send>): Promise<T> {
    const text = await bodyText(await send(...call))
    return withoutNulls(resource, JSON.parse(text) as T, text)
  }

  const ownPath = (resource: Resource, { metadata }: KubeObject, subresource?: string) =>
    refPath(resource, metadata, subresource)

  return {
    async discover(call = {}) {
      const at = (root: string) => document<GroupDiscoveryList>('GET', root, { ...call, accept: AGGREGATED_DISCOVERY })
      return readDiscovery(await Promise.all([at('/api'), at('/apis')]))
    },
    get: async (resource, ref, call = {}) => object(resource, 'GET', refPath(resource, ref), call),

    async list<T extends KubeObject>(resource: Resource<T>, call: ListOptions = {}) {
      const url =
        pathOf(resource, { namespace: call.namespace }) +
        query({ ...selection(call), limit: call.limit, continue: call.continue })
      const list = await object<ObjectList<T>>(resource, 'GET', url, call)
      for (const item of list.items) withType(resource, item)
      return list
    },

    async *watch<T extends KubeObject>(resource: Resource<T>, call: WatchOptions) {
      const parameters = {
        ...selection(call),
        watch: 'true',
        allowWatchBookmarks: call.allowWatchBookmarks ? 'true' : undefined,
        timeoutSeconds: call.timeoutSeconds,
      }
      const response = await send('GET', pathOf(resource, { namespace: call.namespace }) + query(parameters), call)
      for await (const line of lines(response)) {
        const event = withoutNulls(resource, JSON.parse(line) as KubeWatchEvent<T>, line)
        if (event.type === 'ERROR') throw new ApiError(event.object)
        yield event
      }
    },

    create: (resource, item, call = {}) =>
      object(resource, 'POST', pathOf(resource, { namespace: item.metadata.namespace }), {
        ...call,
        body: withType(resource, item),
      }),
    update: async (resource, item, call = {}) =>
      object(resource, 'PUT', ownPath(resource, item), { ...call, body: withType(resource, item) }),
    updateStatus: async (resource, item, call = {}) =>
      object(resource, 'PUT', ownPath(resource, item, 'status'), { ...call, body: withType(resource, item) }),

    patch: async (resource, ref, patch, call: PatchOptions = {}) =>
      object(
        resource,
        'PATCH',
        refPath(resource, ref, call.subresource) +
          query({ fieldManager: call.fieldManager, force: call.force ? 'true' : undefined }),
        { signal: call.signal, body: patch, contentType: PATCH_TYPES[call.type ?? 'merge'] },
      ),

    async delete(resource, ref, { signal, ...deleteOptions } = {}) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions }
      await bodyText(await send('DELETE', refPath(resource, ref), { signal, body }))
    },

    subresource: async (resource, ref, subresource, call = {}) =>
      object(resource, call.method ?? 'POST', refPath(resource, ref, subresource), {
        signal: call.signal,
        body: call.body,
      }),

    async *logs(ref, { signal, ...parameters } = {}) {
      const url = `/api/v1/namespaces/${encodeURIComponent(ref.namespace ?? 'default')}/pods/${encodeURIComponent(ref.name)}/log${query(parameters)}`
      const response = await send('GET', url, { signal })
      const decoder = new TextDecoder()
      if (typeof response.body === 'string') yield response.body
      else if (response.body instanceof Uint8Array) yield decoder.decode(response.body)
      else
        for await (const chunk of response.body)
          yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    },
  }
}

/** Without a name it would be the path of the collection: a read would give a list, and a deletion take all that is in
 *  it. So there is no such object. Throws ApiError `NotFound`. */
function refPath(resource: Resource, { namespace, name }: Partial<ObjectRef>, subresource?: string): string {
  if (!name) throw notFound(resource, '')
  return pathOf(resource, { namespace, name, subresource })
}

const selection = (call: ListOptions | WatchOptions) => ({
  labelSelector: call.labelSelector,
  fieldSelector: call.fieldSelector,
  resourceVersion: call.resourceVersion,
})

function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

async function failureOf(response: ApiResponse): Promise<ApiError> {
  const text = await bodyText(response)
  try {
    const status = JSON.parse(text) as ApiError['status']
    if (status.kind === 'Status') return new ApiError(status)
  } catch {
    // Not a Status: some proxy answered. What it said is the best message there is.
  }
  const message = `the server answered ${response.status}: ${text.slice(0, 500)}`
  return new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'InternalError',
    code: response.status,
  })
}
