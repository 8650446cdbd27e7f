/** Answers requests: finds the rule, chooses an endpoint, tries again where that is safe, and says why it could not. */
import type { Clock } from '../../lib/index.ts'
import { changePath } from '../table/filters.ts'
import { findRule } from '../table/find-rule.ts'
import type { Backend, Endpoint, Rule } from '../table/table.ts'
import type { TableSource } from '../table-source.ts'
import { attempt, type Outcome } from './attempt.ts'
import { attemptPlain } from './backend/attempt-plain.ts'
import { requestText } from './backend/request-text.ts'
import { sendProblem } from './error-page.ts'
import type { Exchange } from './exchange.ts'
import { requestHeaders } from './headers.ts'
import { redirectLocation } from './redirect.ts'
import { joinTunnel, streamResponse } from './stream.ts'
import { parseTarget, type Target } from './target.ts'
import type { Upstreams } from './upstreams.ts'

export interface ProxyLimits {
  /** How long a request waits for an app without a usable endpoint. */
  readonly holdMs: number
  readonly connectTimeoutMs: number
  /** Of silence before the head of an answer, where the route has no timeout of its own: a body takes as long as it goes
   *  on. */
  readonly answerTimeoutMs: number
  /** How often a request that a backend may have seen is sent again. */
  readonly maxResends: number
  readonly maxUrlCharacters: number
}

/** Between rounds over endpoints that all refused, in case one comes up without the table changing. */
const ROUND_MS = 100
/** When programs may ask again for an app in maintenance. */
const MAINTENANCE_RETRY_SECONDS = 60
/** What nginx logs for a client that left before the answer. */
const CLIENT_GONE = 499

export class Proxy {
  readonly #tables: TableSource
  readonly #upstreams: Upstreams
  readonly #clock: Clock
  readonly #limits: ProxyLimits
  readonly #stop: AbortSignal

  constructor(options: {
    tables: TableSource
    upstreams: Upstreams
    clock: Clock
    limits: ProxyLimits
    stop: AbortSignal
  }) {
    this.#tables = options.tables
    this.#upstreams = options.upstreams
    this.#clock = options.clock
    this.#limits = options.limits
    this.#stop = options.stop
  }

  /** Resolves when the request is answered or the client is gone. */
  async serve(exchange: Exchange): Promise<void> {
    const { request } = exchange
    if ((request.url?.length ?? 0) > this.#limits.maxUrlCharacters)
      return fail(exchange, 414, `the address is longer than ${this.#limits.maxUrlCharacters} characters`)
    const target = parseTarget(request)
    if (target === undefined) return fail(exchange, 400, 'the request does not name a path')
    exchange.target = target
    // Every await costs, and most requests need none here.
    if (this.#tables.current === undefined) await this.#firstTable(exchange)
    while (!exchange.response.destroyed && !exchange.socket.destroyed) {
      const rule = this.#route(exchange, target)
      if (rule === undefined) return
      if (await this.#tryRule(exchange, target, rule)) return
    }
    exchange.status ||= CLIENT_GONE
  }

  /** Waits, for a while, for a gateway that has only just started to know its routes. */
  async #firstTable(exchange: Exchange): Promise<void> {
    await this.#tables.nextChange(this.#limits.holdMs, this.#stop)
    if (this.#tables.current === undefined)
      fail(exchange, 503, 'the gateway is starting and does not know the apps yet')
  }

  /** The rule for the request, which may change while it waits. Undefined when it has been answered. */
  #route(exchange: Exchange, target: Target): Rule | undefined {
    const { method = 'GET', headers } = exchange.request
    const tables = this.#tables.current
    if (tables === undefined) return undefined
    const table = exchange.isSecure ? tables.https : tables.http
    const { rule, hostKnown } = findRule(table, { ...target, method, headers })
    if (rule === undefined) {
      const what = hostKnown ? `nothing is served at this path of ${target.host}` : `no app is served at ${target.host}`
      fail(exchange, 404, what)
      return undefined
    }
    exchange.app = rule.app
    if (rule.maintenance !== undefined) {
      const message = rule.maintenance || `${rule.app} is being worked on and will be back soon`
      fail(exchange, 503, message, MAINTENANCE_RETRY_SECONDS)
      return undefined
    }
    if (rule.filters.redirect === undefined) return rule
    const { redirect } = rule.filters
    exchange.status = redirect.statusCode
    const location = redirectLocation(redirect, target, { scheme: schemeOf(exchange), port: exchange.socket.localPort })
    exchange.response.writeHead(redirect.statusCode, ['Location', location, 'Content-Length', '0']).end()
    return undefined
  }

  /** Tries one endpoint, or waits for one. True when the request has been dealt with. */
  async #tryRule(exchange: Exchange, target: Target, rule: Rule): Promise<boolean> {
    const backend = this.#upstreams.chooseBackend(rule)
    if (backend === undefined) return done(fail(exchange, 500, `the route of ${rule.app} names no backend`))
    if (backend.problem?.broken)
      return done(fail(exchange, 500, `${rule.app} is set up wrongly: ${backend.problem.text}`))
    const endpoint = this.#upstreams.chooseEndpoint(backend.endpoints, exchange.tried)
    if (endpoint === undefined) return this.#wait(exchange, rule, backend)
    exchange.endpoint = endpoint
    this.#upstreams.begin(endpoint)
    try {
      const left = this.#timeLeft(exchange, rule)
      if (left <= 0) return done(fail(exchange, 504, timedOut(rule, endpoint)))
      const choice = { rule, backend, endpoint, left }
      const outcome = await this.#attempt(exchange, target, choice)
      const passed = this.#pass(exchange, outcome, choice)
      if (passed === undefined) return this.#conclude(exchange, outcome, choice)
      const isLimited = rule.requestTimeoutMs !== undefined && outcome.kind !== 'upgrade'
      const end = () => exchange.response.destroy()
      const limit = isLimited ? setTimeout(end, this.#timeLeft(exchange, rule)) : undefined
      await passed
      clearTimeout(limit)
      return true
    } finally {
      this.#upstreams.end(endpoint)
    }
  }

  async #wait(exchange: Exchange, rule: Rule, backend: Backend): Promise<boolean> {
    const left = exchange.startedAt + this.#limits.holdMs - this.#clock.now()
    if (left <= 0 || this.#stop.aborted) {
      const nothing = { status: 503, message: backend.problem?.text ?? `${rule.app} cannot be reached` }
      const { status, message } = backend.problem === undefined ? (exchange.lastFailure ?? nothing) : nothing
      return done(fail(exchange, status, message))
    }
    await this.#tables.nextChange(exchange.tried === undefined ? left : Math.min(left, ROUND_MS), this.#stop)
    exchange.tried = undefined
    return false
  }

  /** Milliseconds until this request or attempt must have an answer. */
  #timeLeft(exchange: Exchange, rule: Rule): number {
    const whole = rule.requestTimeoutMs ?? Number.POSITIVE_INFINITY
    const left = exchange.startedAt + whole - this.#clock.now()
    const own = Math.min(left, rule.backendTimeoutMs ?? Number.POSITIVE_INFINITY)
    return own === Number.POSITIVE_INFINITY ? this.#limits.answerTimeoutMs : own
  }

  #attempt(exchange: Exchange, target: Target, choice: Choice): Promise<Outcome> {
    const { request, body, upgrade } = exchange
    const { filters } = choice.rule
    const path = filters.rewritePath === undefined ? target.path : changePath(filters.rewritePath, target.path)
    const headers = requestHeaders(request, {
      host: filters.rewriteHost ?? request.headers.host ?? target.host,
      hasBody: body.expected,
      scheme: schemeOf(exchange),
      upgrade: upgrade && request.headers.upgrade,
      changes: [filters.request, choice.backend.filters.request],
    })
    const pathAndQuery = target.query === '' ? path : `${path}?${target.query}`
    const common = {
      endpoint: choice.endpoint,
      client: exchange.response,
      connectTimeoutMs: Math.min(this.#limits.connectTimeoutMs, choice.left),
      answerTimeoutMs: choice.left,
    }
    if (isPlain(exchange)) {
      const method = request.method ?? 'GET'
      const text = requestText(method, pathAndQuery, headers)
      const { connections } = this.#upstreams
      if (text !== undefined)
        return attemptPlain({ ...common, connections, method, text, newConnection: exchange.newConnection })
    }
    const own = upgrade !== undefined || exchange.newConnection
    return attempt({
      ...common,
      sourceAddress: this.#upstreams.sourceAddress,
      agent: own ? false : this.#upstreams.agentFor(exchange.idempotent),
      method: request.method ?? 'GET',
      path: pathAndQuery,
      headers,
      body,
      bodyMayLast: choice.rule.requestTimeoutMs === undefined && choice.rule.backendTimeoutMs === undefined,
    })
  }

  /** Sends an answer on, if there is one. */
  #pass(exchange: Exchange, outcome: Outcome, { rule, backend }: Choice): Promise<void> | undefined {
    const changes = [backend.filters.response, rule.filters.response]
    switch (outcome.kind) {
      case 'response':
        exchange.status = outcome.response.statusCode ?? 502
        exchange.response.once('finish', () => exchange.body.discard())
        return streamResponse(outcome.upstream, outcome.response, exchange.response, changes)
      case 'plain':
        exchange.status = outcome.answer.status
        return outcome.answer.sendOn(changes)
      case 'upgrade': {
        exchange.status = 101
        const { socket: client, head: clientHead } = exchange.upgrade ?? {
          socket: exchange.socket,
          head: Buffer.alloc(0),
        }
        exchange.response.detachSocket(client)
        const ends = {
          answer: outcome.response,
          backend: outcome.socket,
          backendHead: outcome.head,
          client,
          clientHead,
        }
        return joinTunnel(ends, changes)
      }
      default:
        return undefined
    }
  }

  /** After an attempt without an answer; true when that ends the exchange. */
  #conclude(exchange: Exchange, outcome: Outcome, choice: Choice): boolean {
    const { rule, endpoint } = choice
    switch (outcome.kind) {
      case 'clientGone':
        exchange.status = CLIENT_GONE
        return true
      case 'timeout':
        if (outcome.connected) return done(fail(exchange, 504, timedOut(rule, endpoint)))
        return this.#tryNext(exchange, choice, {
          status: 504,
          message: `${nameOf(rule, endpoint)} did not accept the connection in time`,
        })
      case 'failed':
        return this.#afterFailure(exchange, outcome, choice)
      default:
        return true
    }
  }

  #afterFailure(exchange: Exchange, outcome: Outcome & { kind: 'failed' }, choice: Choice): boolean {
    const name = nameOf(choice.rule, choice.endpoint)
    if (!outcome.connected)
      return this.#tryNext(exchange, choice, { status: 502, message: `${name} refused the connection` })
    const message = `${name} closed the connection before answering`
    const again = exchange.idempotent && exchange.body.repeatable && exchange.upgrade === undefined
    if (!again || exchange.seenAttempts >= this.#limits.maxResends) return done(fail(exchange, 502, message))
    exchange.seenAttempts++
    // A connection kept from before says nothing about the endpoint: it may just have been closed for its age.
    if (outcome.reused) {
      exchange.retries++
      exchange.newConnection = true
      return false
    }
    return this.#tryNext(exchange, choice, { status: 502, message })
  }

  #tryNext(exchange: Exchange, { endpoint }: Choice, failure: { status: number; message: string }): false {
    this.#upstreams.failed(endpoint)
    exchange.tried ??= new Set()
    exchange.tried.add(endpoint.id)
    exchange.retries++
    exchange.lastFailure = failure
    return false
  }
}

/** Nothing but a head goes to the backend, and nothing but an answer comes back. */
function isPlain({ request, body, upgrade }: Exchange): boolean {
  const { method, headers } = request
  if (method !== 'GET' && method !== 'HEAD') return false
  return !body.expected && upgrade === undefined && headers.expect === undefined
}

const schemeOf = ({ isSecure }: Exchange): 'http' | 'https' => (isSecure ? 'https' : 'http')

interface Choice {
  readonly rule: Rule
  readonly backend: Backend
  readonly endpoint: Endpoint
  readonly left: number
}

function done(_answered: void): true {
  return true
}

function fail(exchange: Exchange, status: number, message: string, retryAfterSeconds?: number): void {
  exchange.status = status
  exchange.response.once('finish', () => exchange.body.discard())
  if (!exchange.response.headersSent)
    sendProblem(exchange.request, exchange.response, { status, message, retryAfterSeconds })
}

function nameOf(rule: Rule, endpoint: Endpoint): string {
  return endpoint.pod ?? rule.app
}

function timedOut(rule: Rule, endpoint: Endpoint): string {
  return `${nameOf(rule, endpoint)} did not answer in time`
}
