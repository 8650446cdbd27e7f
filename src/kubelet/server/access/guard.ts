/** Lets through whom the cluster knows and allows: everybody else gets an answer here. Nobody is anonymous. Source of the
 *  order and the words: Kubernetes v1.34, pkg/kubelet/server/server.go (InstallAuthFilter). */
import type { ApiResponse, UserInfo } from '../../../api/index.ts'
import type { Client } from '../../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../../lib/index.ts'
import { plainText } from '../plain-text.ts'
import { nodeAccess } from './node-access.ts'
import { NodeRights } from './node-rights.ts'
import { bearerToken, TokenUsers } from './token-user.ts'

export interface GuardOptions {
  client: Client
  clock: Clock
  logger: Logger
  nodeName: string
}

export interface GuardedRequest {
  method: string
  path: string
  /** Whom the client certificate names. */
  certificate: UserInfo | undefined
  authorization: string | undefined
}

/** Resolves to the refusal, or to undefined for who may pass. Never rejects. */
export type Guard = (request: GuardedRequest) => Promise<ApiResponse | undefined>

export function openGuard(options: GuardOptions): Guard {
  const { logger } = options
  const tokens = new TokenUsers(options)
  const rights = new NodeRights(options)

  async function userOf({ certificate, authorization }: GuardedRequest): Promise<UserInfo | undefined> {
    if (certificate !== undefined) return certificate
    const token = bearerToken(authorization)
    if (token === undefined) return undefined
    try {
      return await tokens.of(token)
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'the API cannot say whose a token is')
      return undefined
    }
  }

  return async (request) => {
    const user = await userOf(request)
    if (user === undefined) return plainText(401, 'Unauthorized')
    const { verb, subresources } = nodeAccess(request.method, request.path)
    const who = `user=${user.name}, verb=${verb}, resource=nodes`
    for (const subresource of subresources)
      try {
        if (await rights.allow(user, verb, subresource)) return undefined
      } catch (error) {
        logger.warn({ user: user.name, error: errorMessage(error) }, 'the API cannot say what a user may do')
        return plainText(500, `Authorization error (${who}, subresource=${subresource})`)
      }
    return plainText(403, `Forbidden (${who}, subresource(s)=[${subresources.join(' ')}])\n`)
  }
}
