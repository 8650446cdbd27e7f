/** What the proxy knows of the endpoints it talks to: connections, requests in flight, recent failures. */
import { Agent } from 'node:http'
import type { Clock } from '../../lib/index.ts'
import type { Backend, Endpoint, Rule } from '../table/table.ts'
import { Connections } from './backend/connections.ts'

/** An endpoint that failed is asked last for so long. */
const AVOID_MS = 2000
/** A connection that was idle for longer is not used for a request that must not be sent twice: the backend may be
 *  closing it just now. */
const FRESH_IDLE_MS = 1000
const IDLE_MS = 60_000
const MAX_IDLE_PER_ENDPOINT = 128
/** Endpoints remembered before the idle ones are forgotten. */
const MAX_REMEMBERED = 1024

interface State {
  inFlight: number
  failedAt: number
}

export class Upstreams {
  /** What connections come from; undefined: the system's choice. */
  readonly sourceAddress: string | undefined
  /** For requests without a body. */
  readonly connections: Connections
  readonly #clock: Clock
  readonly #random: () => number
  readonly #states = new Map<string, State>()
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_PER_ENDPOINT, timeout: IDLE_MS })
  readonly #freshAgent = new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_PER_ENDPOINT, timeout: FRESH_IDLE_MS })
  #turn = 0

  constructor(options: { clock: Clock; random: () => number; sourceAddress: string | undefined }) {
    this.#clock = options.clock
    this.#random = options.random
    this.sourceAddress = options.sourceAddress
    this.connections = new Connections(options.sourceAddress)
  }

  /** The connections for a request; `repeatable` says that it may be sent a second time. */
  agentFor(repeatable: boolean): Agent {
    return repeatable ? this.#agent : this.#freshAgent
  }

  /** By weight. Undefined for a rule without backends. */
  chooseBackend(rule: Rule): Backend | undefined {
    const { backends } = rule
    if (backends.length <= 1) return backends[0]
    let at = this.#random() * rule.totalWeight
    for (const backend of backends) {
      at -= backend.weight
      if (at < 0) return backend
    }
    return backends.at(-1)
  }

  /** The least loaded endpoint, in turns, that is not in `tried`; one that failed lately only if there is no other. */
  chooseEndpoint(endpoints: readonly Endpoint[], tried: ReadonlySet<string> | undefined): Endpoint | undefined {
    let best: Endpoint | undefined
    let bestCost = Number.POSITIVE_INFINITY
    const start = this.#turn++ % Math.max(1, endpoints.length)
    for (let i = 0; i < endpoints.length; i++) {
      const endpoint = endpoints[(start + i) % endpoints.length] as Endpoint
      if (tried?.has(endpoint.id)) continue
      const state = this.#states.get(endpoint.id)
      const avoided = state !== undefined && state.failedAt + AVOID_MS > this.#clock.now()
      const cost = (state?.inFlight ?? 0) + (avoided ? 1e9 : 0)
      if (cost >= bestCost) continue
      best = endpoint
      bestCost = cost
    }
    return best
  }

  begin(endpoint: Endpoint): void {
    this.#state(endpoint).inFlight++
  }

  end(endpoint: Endpoint): void {
    this.#state(endpoint).inFlight--
  }

  failed(endpoint: Endpoint): void {
    this.#state(endpoint).failedAt = this.#clock.now()
  }

  close(): void {
    this.connections.close()
    this.#agent.destroy()
    this.#freshAgent.destroy()
  }

  #state({ id }: Endpoint): State {
    const known = this.#states.get(id)
    if (known !== undefined) return known
    if (this.#states.size >= MAX_REMEMBERED)
      for (const [key, state] of this.#states) if (state.inFlight === 0) this.#states.delete(key)
    const state = { inFlight: 0, failedAt: Number.NEGATIVE_INFINITY }
    this.#states.set(id, state)
    return state
  }
}
