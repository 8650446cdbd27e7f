/** One controller, with the rights of its own account, over an API server in this process and a clock in the test's
 *  hands. It can be stopped and started, and made to die in the middle of its writes. */
import { expect } from 'vitest'
import { openTestCluster, type TestCluster } from './cluster.ts'
import { type ComponentClients, componentClients } from './components.ts'
import { apiError, type KubeObject, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'
import { FakeClock, silentLogger } from '../../src/lib/index.ts'
import type { ControllerContext } from '../../src/controllers/context.ts'
import { EventRecorder } from '../../src/controllers/events.ts'
import { SharedInformers } from '../../src/controllers/shared-informers.ts'

const WRITES = ['create', 'update', 'updateStatus', 'patch', 'delete'] as const

export interface RunOptions {
  run: (context: ControllerContext) => Promise<void>
  /** The controller's service account in kube-system. */
  account: string
  /** RFC 3339. */
  startAt?: string
}

export class ControllerRun implements AsyncDisposable {
  readonly clock: FakeClock
  readonly cluster: TestCluster
  readonly #options: RunOptions
  readonly #components: ComponentClients
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: RunOptions, { cluster, clock }: { cluster: TestCluster; clock: FakeClock }) {
    this.cluster = cluster
    this.clock = clock
    this.#options = options
    this.#components = componentClients(cluster)
    this.start()
  }

  static async open(options: RunOptions): Promise<ControllerRun> {
    const clock = new FakeClock(Date.parse(options.startAt ?? '2026-01-01T00:00:00Z'))
    return new ControllerRun(options, { cluster: await openTestCluster({ clock }), clock })
  }

  /** With `writes`, it dies at the write after so many: that one may have been done, but its answer never comes. */
  start({ writes = Infinity, isLastDone = false }: { writes?: number; isLastDone?: boolean } = {}): void {
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const { client, clientAs } = this.#components.controllers
    const { clock } = this
    const own = mortal(clientAs(this.#options.account), { writes, isLastDone })
    this.#running = (async () => {
      await using informers = new SharedInformers({ client, clock, logger: silentLogger, signal })
      await using events = new EventRecorder({ client, clock })
      const shared = { clock, signal, logger: silentLogger, random: Math.random, informers, events }
      await this.#options.run({ ...shared, client: own })
    })()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running.catch(() => {})
  }

  async restart(how: { writes?: number; isLastDone?: boolean } = {}): Promise<void> {
    await this.stop()
    this.start(how)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.cluster[Symbol.asyncDispose]()
    expect(this.#components.refused).toEqual([])
  }

  get client(): Client {
    return this.cluster.client
  }

  /** `Type Reason Message` of all events. */
  async events(): Promise<string[]> {
    const { items } = await this.client.list(resources.events)
    return items.map(({ type, reason, message }) => `${type} ${reason} ${message}`)
  }

  /** Waits for it, while time passes by tenths of seconds. */
  async eventually(check: () => Promise<void>): Promise<void> {
    let failure: unknown
    for (let turn = 0; turn < 300; turn++) {
      try {
        return await check()
      } catch (error) {
        failure = error
      }
      await this.clock.advance(100)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    throw failure
  }

  /** Lets time pass by `ms`, and lets the controller do all it then wants to. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
    for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** After its last write every other fails. */
function mortal(client: Client, { writes, isLastDone }: { writes: number; isLastDone: boolean }): Client {
  let left = writes
  const dead = apiError('ServiceUnavailable', 'the controller is dead')
  const dying = Object.fromEntries(
    WRITES.map((verb) => [
      verb,
      async (...args: [never, never, never]): Promise<KubeObject | void> => {
        if (left-- > 0) return await client[verb](...args)
        if (left === -1 && isLastDone) await client[verb](...args)
        throw dead
      },
    ]),
  )
  return { ...client, ...dying }
}
