/** Whether a user may do something to this node: the API decides (SubjectAccessReview). What it allowed is good for five
 *  minutes, what it refused for half a one. Source: Kubernetes v1.34, cmd/kubelet/app/auth.go; KubeletConfiguration,
 *  authorization.webhook; k8s.io/apiserver v0.34, plugin/pkg/authorizer/webhook. */
import { type k8s, resources, type UserInfo } from '../../../api/index.ts'
import type { Client } from '../../../client/index.ts'
import type { Clock } from '../../../lib/index.ts'
import { RememberedAnswers } from './remembered-answers.ts'
import { REVIEW_TIMEOUT_MS } from './token-user.ts'

export const ALLOWED_GOOD_FOR_MS = 5 * 60_000
export const REFUSED_GOOD_FOR_MS = 30_000
const MOST_ANSWERS = 8192

export interface NodeRightsOptions {
  client: Client
  clock: Clock
  nodeName: string
}

export class NodeRights {
  readonly #options: NodeRightsOptions
  readonly #known: RememberedAnswers<boolean>

  constructor(options: NodeRightsOptions) {
    this.#options = options
    this.#known = new RememberedAnswers(options.clock, MOST_ANSWERS)
  }

  /** Throws ApiError when the API cannot say. */
  allow(user: UserInfo, verb: string, subresource: string): Promise<boolean> {
    const spec: k8s.SubjectAccessReviewSpec = {
      user: user.name,
      groups: [...user.groups],
      ...(user.uid !== undefined && { uid: user.uid }),
      ...(user.extra !== undefined && { extra: mutable(user.extra) }),
      resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: this.#options.nodeName },
    }
    return this.#known.of(JSON.stringify(spec), async () => {
      const allowed = await this.#review(spec)
      return { value: allowed, goodForMs: allowed ? ALLOWED_GOOD_FOR_MS : REFUSED_GOOD_FOR_MS }
    })
  }

  async #review(spec: k8s.SubjectAccessReviewSpec): Promise<boolean> {
    const review = { metadata: {} as k8s.ObjectMeta, spec }
    const signal = AbortSignal.timeout(REVIEW_TIMEOUT_MS)
    const { client } = this.#options
    const { status } = await client.create<k8s.SubjectAccessReview>(resources.subjectaccessreviews, review, { signal })
    return status?.allowed === true && status.denied !== true
  }
}

const mutable = (extra: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]]))
