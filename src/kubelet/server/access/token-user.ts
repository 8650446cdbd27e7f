/** Whose a bearer token is: the API says so (TokenReview), and its word is good for two minutes; that it is nobody's, only
 *  now. Source: Kubernetes v1.34, cmd/kubelet/app/auth.go; KubeletConfiguration, authentication.webhook. */
import { createHash } from 'node:crypto'
import { type k8s, resources, type UserInfo } from '../../../api/index.ts'
import type { Client } from '../../../client/index.ts'
import type { Clock } from '../../../lib/index.ts'
import { RememberedAnswers } from './remembered-answers.ts'

export const TOKEN_GOOD_FOR_MS = 2 * 60_000
const MOST_TOKENS = 4096
export const REVIEW_TIMEOUT_MS = 10_000

export class TokenUsers {
  readonly #client: Client
  readonly #known: RememberedAnswers<UserInfo | undefined>

  constructor({ client, clock }: { client: Client; clock: Clock }) {
    this.#client = client
    this.#known = new RememberedAnswers(clock, MOST_TOKENS)
  }

  /** Undefined: nobody's. Throws ApiError when the API cannot say. */
  of(token: string): Promise<UserInfo | undefined> {
    // Not the token itself: what is in memory opens no doors.
    const key = createHash('sha256').update(token).digest('base64')
    return this.#known.of(key, async () => {
      const user = await this.#review(token)
      return { value: user, goodForMs: user === undefined ? 0 : TOKEN_GOOD_FOR_MS }
    })
  }

  async #review(token: string): Promise<UserInfo | undefined> {
    const review = { metadata: {} as k8s.ObjectMeta, spec: { token } }
    const signal = AbortSignal.timeout(REVIEW_TIMEOUT_MS)
    const { status } = await this.#client.create<k8s.TokenReview>(resources.tokenreviews, review, { signal })
    const { username, uid, groups = [], extra } = status?.user ?? {}
    if (status?.authenticated !== true || !username) return undefined
    return { name: username, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) }
  }
}

/** The token of an Authorization header. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^bearer ([^ ]+)(?: |$)/i.exec(authorization?.trim() ?? '')?.[1]
