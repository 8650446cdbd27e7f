/** One informer per resource for all controllers together: memory holds each object once. */
import { type KubeObject, qualifiedName, type Resource } from '../api/index.ts'
import { type Client, type Informer, openInformer } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'

export interface SharedInformersOptions {
  client: Client
  clock: Clock
  logger: Logger
  /** Ends all informers, also those that have not listed yet (whoever awaits them is rejected). */
  signal: AbortSignal
}

export class SharedInformers implements AsyncDisposable {
  readonly #options: SharedInformersOptions
  readonly #opened = new Map<string, Promise<Informer<KubeObject>>>()
  readonly #stop = new AbortController()

  constructor(options: SharedInformersOptions) {
    this.#options = options
  }

  /** What informers follow the server with: for those that hold only part of a resource. */
  get client(): Client {
    return this.#options.client
  }

  /** The informer of `resource`, opened by the first who asks; resolves when it has listed. */
  of<T extends KubeObject>(resource: Resource<T>): Promise<Informer<T>> {
    const key = qualifiedName(resource)
    let informer = this.#opened.get(key)
    if (informer === undefined) {
      const opening: Promise<Informer<T>> = openInformer(this.#options.client, resource, {
        signal: AbortSignal.any([this.#options.signal, this.#stop.signal]),
        clock: this.#options.clock,
        logger: this.#options.logger,
        transform: dropManagedFields,
      })
      informer = opening as unknown as Promise<Informer<KubeObject>>
      this.#opened.set(key, informer)
    }
    return informer as unknown as Promise<Informer<T>>
  }

  /** Whether full objects of `resource` are held here. */
  holds(resource: Resource): boolean {
    return this.#opened.has(qualifiedName(resource))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    const opened = await Promise.allSettled(this.#opened.values())
    for (const informer of opened) if (informer.status === 'fulfilled') await informer.value[Symbol.asyncDispose]()
  }
}

/** No controller reads who wrote which field; on busy objects it is half of their size. */
function dropManagedFields(object: KubeObject): void {
  delete object.metadata.managedFields
}
