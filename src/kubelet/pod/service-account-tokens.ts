/** The tokens of pods' service accounts: asked for once, and anew before they end.
 *  Source: k8s.io/kubernetes v1.34, pkg/kubelet/token/token_manager.go. */
import { type k8s, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'

const DEFAULT_SECONDS = 3600
/** Part of a token's life after which there is to be a new one. */
const OLD_AFTER = 0.8
const OLD_AFTER_MS = 24 * 3_600_000

export interface TokenWish {
  audience?: string | undefined
  expirationSeconds?: number | undefined
}

interface KeptToken {
  token: string
  issuedAtMs: number
  expiresAtMs: number
}

export class ServiceAccountTokens {
  readonly #options: { client: Client; clock: Clock; logger: Logger }
  /** By pod, then by what was asked for. */
  readonly #kept = new Map<string, Map<string, KeptToken>>()

  constructor(options: { client: Client; clock: Clock; logger: Logger }) {
    this.#options = options
  }

  /** A token bound to the pod. Throws KubeletError `FailedMount` when there is none that is good. */
  async tokenFor(pod: k8s.Pod, wish: TokenWish): Promise<string> {
    const { uid = '' } = pod.metadata
    const ofPod = this.#kept.get(uid) ?? new Map<string, KeptToken>()
    this.#kept.set(uid, ofPod)
    const key = `${wish.audience ?? ''}\n${wish.expirationSeconds ?? ''}`
    const kept = ofPod.get(key)
    const nowMs = this.#options.clock.now()
    if (kept !== undefined && !isOld(kept, nowMs)) return kept.token
    try {
      const fresh = await this.#request(pod, wish)
      ofPod.set(key, fresh)
      return fresh.token
    } catch (error) {
      if (kept === undefined || nowMs > kept.expiresAtMs)
        throw new KubeletError('FailedMount', `failed to fetch token: ${errorMessage(error)}`, { cause: error })
      this.#options.logger.warn(
        { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, error: errorMessage(error) },
        'the token of a pod could not be renewed, it keeps the one it has',
      )
      return kept.token
    }
  }

  /** The pod is gone. */
  forget(uid: string): void {
    this.#kept.delete(uid)
  }

  async #request(pod: k8s.Pod, { audience, expirationSeconds = DEFAULT_SECONDS }: TokenWish): Promise<KeptToken> {
    const { namespace = 'default', name, uid } = pod.metadata
    const answer = await this.#options.client.subresource<k8s.TokenRequest>(
      resources.serviceaccounts,
      { namespace, name: pod.spec.serviceAccountName ?? 'default' },
      'token',
      {
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            audiences: audience === undefined ? [] : [audience],
            expirationSeconds,
            boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
          },
        },
      },
    )
    const expiresAtMs = Date.parse(answer.status?.expirationTimestamp ?? '')
    const lifeMs = (answer.spec.expirationSeconds ?? expirationSeconds) * 1000
    return { token: answer.status?.token ?? '', expiresAtMs, issuedAtMs: expiresAtMs - lifeMs }
  }
}

function isOld({ issuedAtMs, expiresAtMs }: KeptToken, nowMs: number): boolean {
  const ageMs = nowMs - issuedAtMs
  return ageMs > OLD_AFTER_MS || ageMs > (expiresAtMs - issuedAtMs) * OLD_AFTER
}
