/** All objects of a resource, parsed and in memory, as fresh as the store: for decisions that every request needs (who
 *  may, which policy applies). Only for kinds of which a cluster has few. */
import { invariant } from '../../lib/index.ts'
import { apps, gatewayApi, type ObjectRef, qualifiedName, type Resource, resources } from '../../api/index.ts'
import type { Entry, Store, StoreEvent } from '../../store/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { objectKey, prefixOf } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'

export interface StoreView {
  /** Ordered by key. Shared: not to be changed. */
  list(): readonly AnyObject[]
  get(ref: ObjectRef): AnyObject | undefined
  /** Those of one namespace, ordered by name. Shared: not to be changed. */
  listIn(namespace: string): readonly AnyObject[]
  /** What `make` makes of all objects, made anew only after a change. `make` is the key: to be the same function always. */
  derived<T>(make: (objects: readonly AnyObject[]) => T): T
  /** Grows whenever anything changes: what is derived from the view can be kept until then. */
  readonly generation: number
}

/** The resources that views are kept of. */
const VIEWED: readonly Resource[] = [
  resources.namespaces,
  resources.limitranges,
  resources.resourcequotas,
  resources.serviceaccounts,
  resources.clusterroles,
  resources.clusterrolebindings,
  resources.roles,
  resources.rolebindings,
  resources.priorityclasses,
  resources.storageclasses,
  resources.ingressclasses,
  resources.runtimeclasses,
  resources.poddisruptionbudgets,
  resources.customresourcedefinitions,
  resources.apiservices,
  resources.mutatingwebhookconfigurations,
  resources.validatingwebhookconfigurations,
  resources.validatingadmissionpolicies,
  resources.validatingadmissionpolicybindings,
  resources.flowschemas,
  resources.prioritylevelconfigurations,
  // Which of them asks for which host.
  apps,
  gatewayApi.gateways,
  gatewayApi.httproutes,
  resources.ingresses,
]

export class StoreViews implements Disposable {
  readonly #views = new Map<string, View>()
  /** So that every write need not spell prefixes. */
  readonly #byResource = new WeakMap<object, View>()
  readonly #end: () => void

  private constructor(store: Store, views: readonly View[]) {
    for (const view of views) this.#views.set(view.prefix, view)
    this.#end = store.subscribe((events) => {
      for (const event of events) this.#views.get(event.key.slice(0, endOfResource(event.key)))?.apply(event)
    })
  }

  static async open(store: Store): Promise<StoreViews> {
    const opened = VIEWED.map(async (resource) => {
      const prefix = prefixOf(resource)
      return new View(resource, (await store.list(prefix)).entries)
    })
    return new StoreViews(store, await Promise.all(opened))
  }

  of(resource: Pick<Resource, 'group' | 'plural'>): StoreView {
    const known = this.#byResource.get(resource)
    if (known !== undefined) return known
    const view = this.#views.get(prefixOf(resource))
    invariant(view !== undefined, `no view is kept of ${qualifiedName(resource)}`)
    this.#byResource.set(resource, view)
    return view
  }

  [Symbol.dispose](): void {
    this.#end()
  }
}

/** The length of `/registry/<group>/<plural>/` in a key. */
function endOfResource(key: string): number {
  const afterGroup = key.indexOf('/', '/registry/'.length)
  return key.indexOf('/', afterGroup + 1) + 1
}

class View implements StoreView {
  readonly prefix: string
  readonly #resource: Resource
  readonly #entries = new Map<string, Entry>()
  readonly #parsed = new Map<string, AnyObject>()
  #list: readonly AnyObject[] | undefined
  readonly #derived = new Map<unknown, unknown>()
  #generation = 0

  constructor(resource: Resource, entries: readonly Entry[]) {
    this.prefix = prefixOf(resource)
    this.#resource = resource
    for (const entry of entries) this.#entries.set(entry.key, entry)
  }

  get generation(): number {
    return this.#generation
  }

  apply({ type, key, entry }: StoreEvent): void {
    if (type === 'delete') this.#entries.delete(key)
    else this.#entries.set(key, entry)
    this.#parsed.delete(key)
    this.#list = undefined
    this.#derived.clear()
    this.#generation++
  }

  list(): readonly AnyObject[] {
    this.#list ??= [...this.#entries.keys()].sort().flatMap((key) => this.#objectAt(key) ?? [])
    return this.#list
  }

  get(ref: ObjectRef): AnyObject | undefined {
    return this.#objectAt(objectKey(this.#resource, ref))
  }

  listIn(namespace: string): readonly AnyObject[] {
    return this.derived(byNamespace).get(namespace) ?? []
  }

  derived<T>(make: (objects: readonly AnyObject[]) => T): T {
    if (!this.#derived.has(make)) this.#derived.set(make, make(this.list()))
    return this.#derived.get(make) as T
  }

  #objectAt(key: string): AnyObject | undefined {
    const known = this.#parsed.get(key)
    if (known !== undefined) return known
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    const object = decodeEntry(entry)
    this.#parsed.set(key, object)
    return object
  }
}

function byNamespace(objects: readonly AnyObject[]): ReadonlyMap<string, readonly AnyObject[]> {
  return Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '')
}
