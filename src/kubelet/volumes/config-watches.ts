/** Follows the ConfigMaps and Secrets that pods here have as volumes, so that a change arrives at once rather than at the
 *  next look. What is immutable is read once for each pod and not followed.
 *  Source: kubernetes v1.34, pkg/kubelet/util/manager/watch_based_manager.go. */
import { type k8s, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { type Client, type Informer, openInformer } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { ConfigSource } from '../pod/env.ts'

type Config = (k8s.ConfigMap | k8s.Secret) & KubeObject

export interface ConfigWatchesOptions {
  client: Client
  clock: Clock
  logger: Logger
  /** Told of each pod that has as a volume what has changed. */
  changed: (podUid: string) => void
}

interface Watch {
  pods: Set<string>
  stop: AbortController
  ended: Promise<void>
}

export class ConfigWatches implements AsyncDisposable {
  readonly #options: ConfigWatchesOptions
  /** By resource, namespace and name. */
  readonly #watches = new Map<string, Watch>()
  readonly #ending = new Set<Promise<void>>()
  /** What pods have of immutable objects, by pod and name. */
  readonly #kept = new Map<string, Map<string, Config>>()

  constructor(options: ConfigWatchesOptions) {
    this.#options = options
  }

  /** The pod is here. */
  put(pod: k8s.Pod): void {
    const { uid = '', namespace = 'default' } = pod.metadata
    for (const { resource, name } of configsOf(pod)) {
      const key = `${resource.plural}/${namespace}/${name}`
      const watch = this.#watches.get(key) ?? this.#open(key, { resource, namespace, name })
      watch.pods.add(uid)
    }
  }

  /** The pod is gone. */
  remove(uid: string): void {
    this.#kept.delete(uid)
    for (const [key, watch] of this.#watches)
      if (watch.pods.delete(uid) && watch.pods.size === 0) this.#close(key, watch)
  }

  /** `source` as one pod sees it: what was immutable when the pod first read it stays as it was. */
  keeping(uid: string, source: ConfigSource): ConfigSource {
    const kept = this.#kept.get(uid) ?? new Map<string, Config>()
    this.#kept.set(uid, kept)
    const once =
      <T extends Config>(kind: string, read: (name: string) => Promise<T | undefined>) =>
      async (name: string): Promise<T | undefined> => {
        const key = `${kind}/${name}`
        const known = kept.get(key) as T | undefined
        if (known !== undefined) return known
        const found = await read(name)
        if (found?.immutable === true) kept.set(key, found)
        return found
      }
    return {
      configMap: once<k8s.ConfigMap>('configmaps', (name) => source.configMap(name)),
      secret: once<k8s.Secret>('secrets', (name) => source.secret(name)),
    }
  }

  #open(key: string, what: { resource: Resource<Config>; namespace: string; name: string }): Watch {
    const stop = new AbortController()
    const watch: Watch = { pods: new Set(), stop, ended: this.#follow(what, stop, () => watch.pods) }
    this.#watches.set(key, watch)
    return watch
  }

  #close(key: string, { stop, ended }: Watch): void {
    this.#watches.delete(key)
    this.#ending.add(ended)
    void ended.finally(() => this.#ending.delete(ended))
    stop.abort()
  }

  async #follow(
    { resource, namespace, name }: { resource: Resource<Config>; namespace: string; name: string },
    stop: AbortController,
    pods: () => ReadonlySet<string>,
  ): Promise<void> {
    const { client, clock, logger } = this.#options
    const { signal } = stop
    const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    let informer: Informer<Config> | undefined
    try {
      informer = await openInformer(client, resource, {
        namespace,
        fieldSelector: `metadata.name=${name}`,
        signal,
        clock,
        logger,
      })
      let isFirst = true
      informer.onChange(({ object, type }) => {
        // Nobody has to look anew at what was there when the pod came.
        if (!isFirst) for (const uid of pods()) this.#options.changed(uid)
        if (type !== 'deleted' && object.immutable === true) stop.abort()
      })
      isFirst = false
      await ended
    } catch (error) {
      if (!signal.aborted) logger.debug({ name, error: errorMessage(error) }, 'a configuration cannot be followed')
    } finally {
      await informer?.[Symbol.asyncDispose]()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [key, watch] of this.#watches) this.#close(key, watch)
    await Promise.all(this.#ending)
  }
}

/** What the pod's volumes are made from. */
function configsOf({ spec }: k8s.Pod): { resource: Resource<Config>; name: string }[] {
  const configMap = (name: string | undefined) => (name ? [{ resource: resources.configmaps, name }] : [])
  const secret = (name: string | undefined) => (name ? [{ resource: resources.secrets, name }] : [])
  return (spec.volumes ?? []).flatMap((volume) => [
    ...configMap(volume.configMap?.name),
    ...secret(volume.secret?.secretName),
    ...(volume.projected?.sources ?? []).flatMap((source) => [
      ...configMap(source.configMap?.name),
      ...secret(source.secret?.name),
    ]),
  ]) as { resource: Resource<Config>; name: string }[]
}
