/** What is noted of one request on its way, stage by stage.
 *  Source: k8s.io/apiserver v0.34, pkg/endpoints/filters/audit.go. */
import type { ApiRequest, ApiResponse, k8s, UserInfo } from '../../api/index.ts'
import { parseJson } from '../../api/machinery.ts'
import { attributesOf } from '../auth/attributes.ts'
import type { RequestInfo } from '../routing/request-info.ts'
import { isUpgradeResponse } from '../streaming/upgrade.ts'
import { auditEvent, type RequestFacts } from './audit-event.ts'
import { type AuditChoice, type AuditPolicy, type AuditStage, chooseAudit } from './policy.ts'

export interface AuditSink {
  policy: AuditPolicy
  now: () => number
  newId: () => string
  write: (line: string) => void
}

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

export class AuditTrail {
  readonly #sink: AuditSink
  readonly #annotations = new Map<string, string>()
  readonly #facts: RequestFacts
  #choice: AuditChoice | undefined

  /** `id`: what the request is called already; undefined gives it a name. */
  constructor(sink: AuditSink, request: ApiRequest, info: RequestInfo, id: string | undefined) {
    this.#sink = sink
    this.#facts = {
      id: id ?? sink.newId(),
      request,
      info,
      receivedMs: sink.now(),
      user: undefined,
      impersonated: undefined,
      answer: undefined,
      annotations: this.#annotations,
    }
  }

  /** The first value of a key stays. */
  readonly annotate = (key: string, value: string): void => {
    if (this.#choice?.level === 'None' || this.#annotations.has(key)) return
    this.#annotations.set(key, value)
  }

  /** Who calls is known: the policy decides what is noted. */
  calledBy(user: UserInfo | undefined): void {
    this.#facts.user = user
    this.#choice = chooseAudit(this.#sink.policy, user, attributesOf(this.#facts.info))
    this.#note('RequestReceived')
  }

  servedAs(user: UserInfo): void {
    this.#facts.impersonated = user
  }

  decided({ allowed, reason }: { allowed: boolean; reason: string }): void {
    this.annotate('authorization.k8s.io/decision', allowed ? 'allow' : 'forbid')
    this.annotate('authorization.k8s.io/reason', reason)
  }

  /** The response to give instead, whose end is noted too. */
  answered(response: ApiResponse): ApiResponse {
    if (this.#choice === undefined) this.calledBy(ANONYMOUS)
    if (this.#choice?.level === 'None') return response
    const { status, body } = response
    this.#facts.answer = answerOf(response, this.#choice?.level === 'RequestResponse')
    const lasting = typeof body !== 'string' && !(body instanceof Uint8Array)
    if (!lasting && !isUpgradeResponse(response)) {
      this.#note('ResponseComplete')
      return response
    }
    this.#note('ResponseStarted')
    const done = () => this.#note('ResponseComplete')
    if (isUpgradeResponse(response)) {
      const upgrade: typeof response.upgrade = (connection) => response.upgrade(connection).finally(done)
      return { ...response, status, upgrade } as ApiResponse
    }
    return lasting ? { ...response, body: until(body, done) } : response
  }

  /** `broken`: for a reason of the server's own, which it did not expect. */
  failed(status: k8s.Status, broken: boolean): void {
    // Nobody whom the server knows.
    if (this.#choice === undefined) this.calledBy(undefined)
    this.#facts.answer = { status, object: status }
    this.#note(broken ? 'Panic' : 'ResponseComplete')
  }

  #note(stage: AuditStage): void {
    const choice = this.#choice
    if (choice === undefined || choice.level === 'None' || choice.omitStages.has(stage)) return
    this.#sink.write(auditEvent(this.#facts, choice, stage, this.#sink.now()))
  }
}

async function* until<T>(chunks: AsyncIterable<T>, done: () => void): AsyncGenerator<T> {
  try {
    yield* chunks
  } finally {
    done()
  }
}

function answerOf({ status, headers, body }: ApiResponse, whole: boolean): RequestFacts['answer'] {
  const isJson = typeof body === 'string' && (headers['content-type'] ?? '').startsWith('application/json')
  const isStatus = isJson && body.startsWith('{"kind":"Status"')
  const object = isJson && (whole || isStatus) ? parseJson(body) : undefined
  return {
    status: isStatus ? (object as k8s.Status) : { metadata: {}, code: status },
    object: whole ? object : undefined,
  }
}
