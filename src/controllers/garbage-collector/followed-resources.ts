/** The resources that the garbage collector follows: all that the server serves, also those that come and go with
 *  CustomResourceDefinitions and extension servers. */
import {
  apiVersionOf,
  findResourceByKind,
  type KubeObject,
  pathOf,
  qualifiedName,
  type Resource,
  resources,
} from '../../api/index.ts'
import { type Discovered, type Informer, openInformer } from '../../client/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import { deletableResources } from '../objects/index.ts'
import { graphNode, type OwnershipGraph } from './graph.ts'

/** When these change, so may what is served. */
const SOURCES = [resources.customresourcedefinitions, resources.apiservices].map(qualifiedName)
/** Changes come in flocks: a definition is created, then accepted, then established. */
const SETTLE_MS = 100
const RETRY_MS = 2_000

interface Followed {
  resource: Resource
  /** Resolves when its objects are in the graph, or it is followed no more. */
  ready: Promise<void>
  /** Takes its objects out of the graph. */
  stop: () => void
}

export interface FollowedResourcesOptions {
  context: ControllerContext
  graph: OwnershipGraph
  /** Gets the uids of what must be looked at. */
  concern: (uid: string) => void
}

export class FollowedResources implements AsyncDisposable {
  readonly #options: FollowedResourcesOptions
  readonly #followed = new Map<string, Followed>()
  readonly #stopped = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #lookAgain = false

  constructor(options: FollowedResourcesOptions) {
    this.#options = options
  }

  /** Resolves when all that is served is in the graph. */
  async start(): Promise<void> {
    await this.#look()
    await Promise.all([...this.#followed.values()].map(({ ready }) => ready))
  }

  /** The resource of a kind, when this cluster serves it. */
  ofKind(apiVersion: string, kind: string): Resource | undefined {
    const group = apiVersion.split('/').slice(0, -1).join('/')
    const own = [...this.#followed.values()].map(({ resource }) => resource)
    return (
      findResourceByKind(apiVersion, kind) ??
      own.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion) ??
      own.find((resource) => resource.kind === kind && resource.group === group)
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort()
    await this.#looking
    for (const { stop } of this.#followed.values()) stop()
  }

  /** Follows what is served now and was not, and no more what is not served. */
  async #look(): Promise<void> {
    const served = await this.#discover()
    if (served === undefined) return
    const wanted = new Map(
      deletableResources(served.resources, { withEvents: false }).map((resource) => [pathOf(resource), resource]),
    )
    // Of a server that does not answer nobody knows what it serves.
    for (const [path, { resource, stop }] of this.#followed)
      if (!wanted.has(path) && !served.stale.includes(apiVersionOf(resource))) {
        this.#followed.delete(path)
        stop()
      }
    for (const [path, resource] of wanted)
      if (!this.#followed.has(path)) this.#followed.set(path, this.#follow(resource))
  }

  /** Undefined when stopped before the server answered. */
  async #discover(): Promise<Discovered | undefined> {
    const { client, clock, logger } = this.#options.context
    const signal = this.#signal()
    while (!signal.aborted)
      try {
        return await client.discover({ signal })
      } catch (error) {
        if (signal.aborted) return undefined
        logger.warn({ error: errorMessage(error) }, 'what the API serves cannot be read, will retry')
        await clock.sleep(RETRY_MS, signal)
      }
    return undefined
  }

  #follow(resource: Resource): Followed {
    const { context, graph, concern } = this.#options
    const { client, clock, logger, informers } = context
    const ending = new AbortController()
    const signal = AbortSignal.any([this.#signal(), ending.signal])
    const isShared = informers.holds(resource)
    const opening: Promise<Informer<KubeObject>> = isShared
      ? informers.of(resource)
      : openInformer(client, resource, { signal, clock, logger, transform: keepOwnership })
    const isSource = SOURCES.includes(qualifiedName(resource))
    let undo = () => {}
    const ready = opening.then(
      (informer) => {
        if (ending.signal.aborted) return
        const unsubscribe = informer.onChange(({ type, object }) => {
          const { uid = '' } = object.metadata
          for (const one of type === 'deleted' ? graph.remove(uid) : graph.put(graphNode(resource, object)))
            concern(one)
          if (isSource) this.#lookLater()
        })
        // Nothing could be said of them while the kind was not known.
        for (const one of graph.missingOwnersOf(resource)) concern(one)
        undo = () => {
          unsubscribe()
          for (const { metadata } of informer.list()) for (const one of graph.remove(metadata.uid ?? '')) concern(one)
        }
      },
      (error: unknown) => {
        if (!signal.aborted) throw error
      },
    )
    return {
      resource,
      ready,
      stop: () => {
        ending.abort()
        undo()
        if (!isShared) void opening.then((informer) => informer[Symbol.asyncDispose]()).catch(() => {})
      },
    }
  }

  #lookLater(): void {
    if (this.#lookAgain) return
    this.#lookAgain = true
    this.#looking = this.#looking.then(async () => {
      await this.#options.context.clock.sleep(SETTLE_MS, this.#signal())
      this.#lookAgain = false
      await this.#look()
    })
  }

  #signal(): AbortSignal {
    return AbortSignal.any([this.#options.context.signal, this.#stopped.signal])
  }
}

/** Drops all but what `graphNode` reads, in place. */
function keepOwnership(object: KubeObject): void {
  const { name, namespace, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers } = object.metadata
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field]
  object.metadata = { name, namespace, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers }
}
