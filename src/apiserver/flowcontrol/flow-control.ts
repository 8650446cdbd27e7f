/** Priority and fairness: sorts requests into flows and priority levels, so that a flood of one client does not starve
 *  another. Source: "API Priority and Fairness", Kubernetes v1.34; k8s.io/apiserver v0.34, pkg/util/flowcontrol. */
import { type ApiError, apiError, type k8s, resources, type UserInfo } from '../../api/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { Attributes } from '../auth/attributes.ts'
import type { StoreViews } from '../server/store-view.ts'
import { byPrecedence, distinguisherOf, matches } from './match.ts'
import { type LevelLimits, PriorityLevel } from './priority-level.ts'

/** Requests at once, of all levels together: kube-apiserver's own defaults (400 that read and 200 that write). */
const TOTAL_SEATS = 600
/** How long a request may wait for a seat. */
const MAX_WAIT_MS = 15_000
/** How many different askers are remembered between changes of the configuration. */
const MAX_REMEMBERED = 4096

export interface Seat {
  /** `X-Kubernetes-PF-…`: where the request was sorted into. */
  headers: Readonly<Record<string, string>>
  /** To be called when the request has been answered. */
  done: () => void
}

export interface FlowControlOptions {
  views: StoreViews
  clock: Clock
}

interface Flow {
  schema: k8s.FlowSchema
  headers: Record<string, string>
  /** Undefined: exempt. */
  level: PriorityLevel | undefined
}

type Flows = Map<string, Flow | undefined>

export class FlowControl {
  readonly #options: FlowControlOptions
  readonly #levels = new Map<string, PriorityLevel>()
  #generation = -1
  #schemas: readonly k8s.FlowSchema[] = []
  /** By who asks, then by what for. */
  #flows = new Map<string, Flows>()
  /** The same by the object that tells who asks: one for all requests of a connection. */
  #flowsOfUser = new WeakMap<UserInfo, Flows>()
  #remembered = 0

  constructor(options: FlowControlOptions) {
    this.#options = options
  }

  /** Waits for a seat. Throws ApiError `TooManyRequests` when none becomes free in time, or too many wait already. */
  take(user: UserInfo, attributes: Attributes, request: { signal: AbortSignal }): Seat | Promise<Seat> {
    const flow = this.#flowOf(user, attributes)
    if (flow === undefined) return { headers: {}, done: () => {} }
    const { level, headers, schema } = flow
    if (level === undefined) return { headers, done: () => {} }
    const key = `${schema.metadata.name}\n${distinguisherOf(schema, user, attributes)}`
    let waiting: AbortController | undefined
    // Who gets a seat at once needs none, and one costs as much as a small answer.
    const admission = level.take(key, () => (waiting ??= new AbortController()).signal)
    if (!(admission instanceof Promise)) {
      if (admission.run) return { headers, done: admission.done }
      throw tooMany()
    }
    return this.#wait(admission, (waiting ??= new AbortController()), { caller: request.signal, headers })
  }

  /** What is going on, level by level, for the metrics. */
  levels(): { name: string; running: number; waiting: number }[] {
    return [...this.#levels].map(([name, { running, waiting }]) => ({ name, running, waiting }))
  }

  async #wait(
    admission: ReturnType<PriorityLevel['take']>,
    waiting: AbortController,
    { caller, headers }: { caller: AbortSignal; headers: Record<string, string> },
  ): Promise<Seat> {
    const giveUp = () => waiting.abort()
    caller.addEventListener('abort', giveUp, { once: true })
    if (caller.aborted) giveUp()
    const timer = new AbortController()
    void this.#options.clock.sleep(MAX_WAIT_MS, timer.signal).then(giveUp)
    try {
      const seat = await admission
      if (seat?.run) return { headers, done: seat.done }
      throw tooMany()
    } finally {
      caller.removeEventListener('abort', giveUp)
      timer.abort()
    }
  }

  #flowOf(user: UserInfo, attributes: Attributes): Flow | undefined {
    this.#refresh()
    const { verb, resource, namespace = '', path = '' } = attributes
    const what = resource ? `${resource.group}/${resource.resource}/${resource.subresource ?? ''}` : path
    const key = `${verb}\n${what}\n${namespace}`
    const flows = this.#flowsOfUser.get(user) ?? this.#flowsOf(user)
    const known = flows.get(key)
    if (known !== undefined || flows.has(key)) return known
    const schema = this.#schemas.find((candidate) => matches(candidate, user, attributes))
    const flow = schema && this.#flow(schema)
    if (++this.#remembered > MAX_REMEMBERED) this.#forget()
    this.#flowsOf(user).set(key, flow)
    return flow
  }

  #flowsOf(user: UserInfo): Flows {
    const key = `${user.name}\n${user.groups.join()}`
    let flows = this.#flows.get(key)
    if (flows === undefined) this.#flows.set(key, (flows = new Map()))
    this.#flowsOfUser.set(user, flows)
    return flows
  }

  #forget(): void {
    this.#flows = new Map()
    this.#flowsOfUser = new WeakMap()
    this.#remembered = 0
  }

  #flow(schema: k8s.FlowSchema): Flow | undefined {
    const name = schema.spec?.priorityLevelConfiguration.name ?? ''
    const found = this.#options.views.of(resources.prioritylevelconfigurations).get({ name })
    if (found === undefined) return undefined
    const headers = {
      'x-kubernetes-pf-flowschema-uid': schema.metadata.uid ?? '',
      'x-kubernetes-pf-prioritylevel-uid': found.metadata.uid ?? '',
    }
    return { schema, headers, level: this.#levels.get(name) }
  }

  /** Brings levels and schemas up to date with what is stored. */
  #refresh(): void {
    const { views } = this.#options
    const schemas = views.of(resources.flowschemas)
    const levels = views.of(resources.prioritylevelconfigurations)
    const generation = schemas.generation + levels.generation
    if (generation === this.#generation) return
    this.#generation = generation
    this.#forget()
    this.#schemas = [...(schemas.list() as unknown as k8s.FlowSchema[])].sort(byPrecedence)
    const configured = levels.list() as unknown as readonly k8s.PriorityLevelConfiguration[]
    const limited = configured.filter(({ spec }) => spec?.type === 'Limited')
    const shares = limited.reduce((sum, level) => sum + sharesOf(level), 0)
    for (const name of this.#levels.keys())
      if (!limited.some(({ metadata }) => metadata.name === name)) this.#levels.delete(name)
    for (const level of limited) {
      const limits = limitsOf(level, shares)
      const known = this.#levels.get(level.metadata.name)
      if (known === undefined) this.#levels.set(level.metadata.name, new PriorityLevel(limits))
      else known.limit(limits)
    }
  }
}

const sharesOf = ({ spec }: k8s.PriorityLevelConfiguration): number => spec?.limited?.nominalConcurrencyShares ?? 30

function limitsOf(level: k8s.PriorityLevelConfiguration, totalShares: number): LevelLimits {
  const seats = Math.ceil((TOTAL_SEATS * sharesOf(level)) / Math.max(1, totalShares))
  const response = level.spec?.limited?.limitResponse
  if (response?.type !== 'Queue') return { seats }
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = response.queuing ?? {}
  return { seats, queuing: { queues, handSize, queueLengthLimit } }
}

function tooMany(): ApiError {
  return apiError('TooManyRequests', 'Too many requests, please try again later.', { retryAfterSeconds: 1 })
}
