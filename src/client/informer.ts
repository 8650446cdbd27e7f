/** A local copy of one resource that follows the server: list, then watch, relist when the version has expired, a
 *  deadline on silence, back-off on failure. An object counts as seen only after every handler has had it. */
import {
  isApiError,
  type KubeObject,
  type KubeWatchEvent,
  type ObjectRef,
  keyOf,
  qualifiedName,
  type Resource,
  refKey,
} from '../api/index.ts'
import { type Clock, errorMessage, type Logger, silentLogger, systemClock } from '../lib/index.ts'
import type { Client } from './client.ts'

export interface InformerOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  /** Ends the informer; so does disposing it. */
  signal?: AbortSignal
  clock?: Clock
  logger?: Logger
  /** Called on every object before it is kept: drop what nobody reads, to save memory. */
  transform?: (object: KubeObject) => void
  /** A watch that brings neither event nor bookmark for so long is given up and opened anew. Default 90 s
   *  (servers send a bookmark about once a minute). */
  silenceMs?: number
}

export type ChangeEvent<T> =
  | { type: 'added'; object: T; old?: undefined }
  | { type: 'modified'; object: T; old: T }
  | { type: 'deleted'; object: T; old?: undefined }

/** Objects handed out are shared: treat them as read-only. */
export interface Informer<T extends KubeObject> extends AsyncDisposable {
  readonly resource: Resource<T>
  get(ref: ObjectRef): T | undefined
  /** All objects, or those of one namespace. */
  list(namespace?: string): T[]
  /** A lookup table kept up to date: `keys` gives each object's index values. */
  index(keys: (object: T) => readonly string[]): (value: string) => T[]
  /** Calls `handler` for each change from now on, after first telling it of every present object; returns the undo. */
  onChange(handler: (event: ChangeEvent<T>) => void): () => void
}

const FIRST_BACKOFF_MS = 50
const LAST_BACKOFF_MS = 5_000

/** Resolves when the first list is in the cache. Rejects only when `signal` aborts before that. */
export async function openInformer<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  options: InformerOptions = {},
): Promise<Informer<T>> {
  const { clock = systemClock, logger = silentLogger } = options
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const cache = new Cache<T>(resource)
  const synced = Promise.withResolvers<void>()
  let resourceVersion: string | undefined
  let backoffMs = FIRST_BACKOFF_MS

  const selection = {
    namespace: options.namespace,
    ...(options.labelSelector && { labelSelector: options.labelSelector }),
    ...(options.fieldSelector && { fieldSelector: options.fieldSelector }),
  }

  async function relist(): Promise<void> {
    const list = await client.list(resource, { ...selection, signal })
    for (const item of list.items) options.transform?.(item)
    cache.replace(list.items)
    resourceVersion = list.metadata.resourceVersion
    synced.resolve()
  }

  async function follow(): Promise<void> {
    const silence = new AbortController()
    let lastHeard = clock.now()
    const silenceMs = options.silenceMs ?? 90_000
    const watchdog = (async () => {
      while (!silence.signal.aborted) {
        await clock.sleep(Math.max(1, lastHeard + silenceMs - clock.now()), silence.signal)
        if (clock.now() - lastHeard >= silenceMs) silence.abort()
      }
    })()
    try {
      const events = client.watch(resource, {
        ...selection,
        ...(resourceVersion !== undefined && { resourceVersion }),
        allowWatchBookmarks: true,
        signal: AbortSignal.any([signal, silence.signal]),
      })
      for await (const event of events) {
        lastHeard = clock.now()
        backoffMs = FIRST_BACKOFF_MS
        accept(event)
      }
    } finally {
      silence.abort()
      await watchdog
    }
  }

  function accept(event: KubeWatchEvent<T>): void {
    if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      options.transform?.(event.object)
      cache.put(event.object)
    } else if (event.type === 'DELETED') cache.remove(event.object)
    resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        if (resourceVersion === undefined) await relist()
        const startedAt = clock.now()
        await follow()
        // A server that is going down ends watches as soon as they begin: ask again at a bearable pace.
        if (clock.now() - startedAt < FIRST_BACKOFF_MS) await clock.sleep(FIRST_BACKOFF_MS, signal)
      } catch (error) {
        if (signal.aborted) break
        if (isApiError(error, 'Expired', 'Gone')) resourceVersion = undefined
        else {
          logger.debug({ resource: qualifiedName(resource), error: errorMessage(error) }, 'watch interrupted')
          await clock.sleep(backoffMs, signal)
          backoffMs = Math.min(backoffMs * 2, LAST_BACKOFF_MS)
        }
      }
    }
  }

  const running = run().finally(() => synced.reject(signal.reason))
  synced.promise.catch(() => {})
  await synced.promise
  return {
    resource,
    get: (ref) => cache.objects.get(refKey(ref)),
    list: (namespace) => cache.list(namespace),
    index: (keys) => cache.index(keys),
    onChange: (handler) => cache.subscribe(handler),
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}

class Cache<T extends KubeObject> {
  readonly resource: Resource<T>
  readonly objects = new Map<string, T>()
  readonly #handlers = new Set<(event: ChangeEvent<T>) => void>()

  constructor(resource: Resource<T>) {
    this.resource = resource
  }

  put(object: T): void {
    const key = keyOf(object)
    const old = this.objects.get(key)
    if (old === undefined) return this.#change(key, { type: 'added', object })
    // Another object of the same name took its place while nobody watched.
    if (old.metadata.uid !== object.metadata.uid) {
      this.#change(key, { type: 'deleted', object: old })
      return this.#change(key, { type: 'added', object })
    }
    if (old.metadata.resourceVersion === object.metadata.resourceVersion) return
    this.#change(key, { type: 'modified', object, old })
  }

  remove(object: T): void {
    const key = keyOf(object)
    if (this.objects.has(key)) this.#change(key, { type: 'deleted', object })
  }

  /** Takes a full list as the new state, telling the handlers of the differences. */
  replace(items: T[]): void {
    const present = new Set(items.map((item) => keyOf(item)))
    for (const [key, object] of this.objects) if (!present.has(key)) this.remove(object)
    for (const item of items) this.put(item)
  }

  #change(key: string, event: ChangeEvent<T>): void {
    if (event.type === 'deleted') this.objects.delete(key)
    else this.objects.set(key, event.object)
    for (const handler of this.#handlers) handler(event)
  }

  list(namespace?: string): T[] {
    const all = [...this.objects.values()]
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
  }

  index(keys: (object: T) => readonly string[]): (value: string) => T[] {
    const table = new Map<string, Map<string, T>>()
    const drop = (object: T) => {
      for (const value of keys(object)) {
        const bucket = table.get(value)
        bucket?.delete(keyOf(object))
        if (bucket?.size === 0) table.delete(value)
      }
    }
    this.subscribe((event) => {
      if (event.old !== undefined) drop(event.old)
      if (event.type === 'deleted') return drop(event.object)
      for (const value of keys(event.object)) {
        const bucket = table.get(value) ?? new Map<string, T>()
        table.set(value, bucket)
        bucket.set(keyOf(event.object), event.object)
      }
    })
    return (value) => [...(table.get(value)?.values() ?? [])]
  }

  subscribe(handler: (event: ChangeEvent<T>) => void): () => void {
    for (const object of this.objects.values()) handler({ type: 'added', object })
    this.#handlers.add(handler)
    return () => this.#handlers.delete(handler)
  }
}
