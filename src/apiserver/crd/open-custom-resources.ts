/** Serves what CustomResourceDefinitions define: at once after each write of one, and from the start on those that are
 *  there; and says of each what became of it. */
import { isDeepStrictEqual } from 'node:util'
import { isApiError, resources } from '../../api/index.ts'
import type { StoreEvent } from '../../store/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { prefixOf } from '../registry/object-key.ts'
import { updateObject } from '../registry/update.ts'
import { statusContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { Upkeep } from '../server/upkeep.ts'
import { CLEANUP_FINALIZER, type Definition } from './definition/definition.ts'
import { nextStatus } from './definition/next-status.ts'
import { cleanUp } from './clean-up.ts'
import { ServedKinds } from './serving/served-kinds.ts'

const DEFINITIONS = resources.customresourcedefinitions
const PREFIX = prefixOf(DEFINITIONS)

export async function openCustomResources(backend: Backend): Promise<AsyncDisposable> {
  const controller = new CustomResources(backend)
  controller.serve()
  await controller.settle()
  return controller
}

class CustomResources implements AsyncDisposable {
  readonly #backend: Backend
  readonly #kinds: ServedKinds
  readonly #upkeep: Upkeep
  readonly #unsubscribe: () => void
  /** Definitions whose objects are being waited for, by the prefix of these. */
  #emptying: ReadonlySet<string> = new Set()

  constructor(backend: Backend) {
    this.#backend = backend
    this.#kinds = new ServedKinds(backend)
    this.#upkeep = new Upkeep({
      backend,
      work: () => this.#reconcile(),
      failure: 'custom resource definitions could not be brought up to date',
    })
    // After the views, which subscribed before: what they show is as fresh as the event.
    this.#unsubscribe = backend.store.subscribe((events) => this.#heard(events))
  }

  /** Puts the kinds of all definitions into the catalog. Nobody sees an established definition that is not served. */
  serve(): void {
    const change = this.#kinds.update(this.#definitions())
    if (change === undefined) return
    this.#backend.catalog.setCustom(change.kinds)
    change.retire()
  }

  /** Resolves when what was there to do when it was called is done. */
  settle(): Promise<void> {
    return this.#upkeep.settle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe()
    await this.#upkeep[Symbol.asyncDispose]()
  }

  #definitions(): readonly Definition[] {
    return this.#backend.views.of(DEFINITIONS).list() as unknown as readonly Definition[]
  }

  #heard(events: readonly StoreEvent[]): void {
    const changed = events.some(({ key }) => key.startsWith(PREFIX))
    if (changed) this.serve()
    if (changed || (this.#emptying.size > 0 && events.some((event) => this.#empties(event)))) this.#upkeep.kick()
  }

  #empties({ type, key }: StoreEvent): boolean {
    if (type !== 'delete') return false
    for (const prefix of this.#emptying) if (key.startsWith(prefix)) return true
    return false
  }

  async #reconcile(): Promise<void> {
    const emptying = new Set<string>()
    for (const { metadata } of this.#definitions()) {
      const definition = this.#current(metadata.name)
      if (definition === undefined) continue
      await this.#updateStatus(definition)
      if (!isBeingDeleted(definition)) continue
      const waitsFor = await cleanUp(this.#backend, definition)
      if (waitsFor !== undefined) emptying.add(waitsFor)
    }
    this.#emptying = emptying
  }

  #current(name: string): Definition | undefined {
    return this.#backend.views.of(DEFINITIONS).get({ name }) as unknown as Definition | undefined
  }

  /** One at a time, so that of two that want one name the first gets it. */
  async #updateStatus(definition: Definition): Promise<void> {
    const others = this.#definitions().filter((other) => other !== definition)
    const status = nextStatus(definition, others, this.#backend.clock.now())
    if (isDeepStrictEqual(status, definition.status)) return
    await this.#write(definition, (current) => {
      current.status = status
      return current
    })
  }

  async #write(definition: Definition, change: (current: AnyObject) => AnyObject): Promise<void> {
    try {
      const ref = { name: definition.metadata.name }
      const pinned = (current: AnyObject) => {
        const next = change(current)
        if (definition.metadata.resourceVersion) next.metadata.resourceVersion = definition.metadata.resourceVersion
        return next
      }
      await updateObject(this.#backend, DEFINITIONS, ref, pinned, { part: 'status', context: statusContext() })
    } catch (error) {
      // Somebody else wrote it or took it away: that is heard of, and looked at again.
      if (!isApiError(error, 'Conflict', 'NotFound')) throw error
    }
  }
}

const isBeingDeleted = ({ metadata }: Definition): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(CLEANUP_FINALIZER)
