/** The objects that quotas count. A resource is followed only while a quota names it; of what nobody else follows, and
 *  what is merely counted, nothing but names is kept. */
import { isApiError, type KubeObject, qualifiedName, type Resource, resources } from '../../api/index.ts'
import { type ChangeEvent, type Informer, openInformer } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'

type OnChange = (resource: Resource, event: ChangeEvent<KubeObject>) => void

/** What is measured rather than counted is needed whole. */
const MEASURED = new Set([resources.pods, resources.services, resources.persistentvolumeclaims].map(qualifiedName))

interface Followed {
  informer: Informer<KubeObject>
  end: () => Promise<void>
}

export class CountedObjects implements AsyncDisposable {
  readonly #context: ControllerContext
  readonly #onChange: OnChange
  readonly #followed = new Map<string, Promise<Followed | undefined>>()

  constructor(context: ControllerContext, onChange: OnChange) {
    this.#context = context
    this.#onChange = onChange
  }

  /** Undefined when the server does not serve the resource. */
  async in(resource: Resource, namespace: string): Promise<readonly KubeObject[] | undefined> {
    const key = qualifiedName(resource)
    const followed = this.#followed.get(key) ?? this.#follow(resource)
    this.#followed.set(key, followed)
    try {
      const found = await followed
      if (found === undefined) this.#followed.delete(key)
      return found?.informer.list(namespace)
    } catch (error) {
      this.#followed.delete(key)
      throw error
    }
  }

  /** Stops following what is not among these. */
  async retain(wanted: ReadonlySet<string>): Promise<void> {
    for (const [key, followed] of this.#followed) {
      if (wanted.has(key)) continue
      this.#followed.delete(key)
      await (await followed)?.end()
    }
  }

  async #follow(resource: Resource): Promise<Followed | undefined> {
    const { informers, client, clock, logger, signal } = this.#context
    const shared = MEASURED.has(qualifiedName(resource)) || informers.holds(resource)
    if (!shared && !(await this.#isServed(resource))) return undefined
    const informer = shared
      ? await informers.of(resource)
      : await openInformer(client, resource, { signal, clock, logger, transform: keepNames })
    const undo = informer.onChange((event) => this.#onChange(resource, event))
    const end = async () => {
      undo()
      if (!shared) await informer[Symbol.asyncDispose]()
    }
    return { informer, end }
  }

  async #isServed(resource: Resource): Promise<boolean> {
    try {
      await this.#context.client.list(resource, { limit: 1 })
      return true
    } catch (error) {
      if (isApiError(error, 'NotFound', 'MethodNotAllowed')) return false
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.retain(new Set())
  }
}

function keepNames(object: KubeObject): void {
  const { name, namespace, uid, resourceVersion } = object.metadata
  for (const field of Object.keys(object)) delete (object as unknown as Record<string, unknown>)[field]
  object.metadata = { name, namespace, uid, resourceVersion }
}
