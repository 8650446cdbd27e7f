/** Clients with the rights of the engine's components, which notice when one of them asks for more. */
import type { Exchange, UserInfo } from '../../src/api/index.ts'
import { type Client, openClient } from '../../src/client/index.ts'
import { identities } from '../../src/engine/identities.ts'
import type { TestCluster } from './cluster.ts'

export interface ComponentClients {
  clientAs: (user: UserInfo) => Client
  /** For `runControllers`. */
  controllers: { client: Client; clientAs: (serviceAccount: string) => Client }
  /** What was refused so far for want of rights: `system:kube-scheduler PATCH /api/v1/…`. */
  refused: string[]
}

export function componentClients({ server }: TestCluster): ComponentClients {
  const refused: string[] = []
  const noticing =
    (exchange: Exchange, user: UserInfo): Exchange =>
    async (request) => {
      const response = await exchange(request)
      const text = response.status === 403 && typeof response.body === 'string' ? response.body : ''
      if (text.includes(`User \\"${user.name}\\" cannot `))
        refused.push(`${user.name} ${request.method} ${request.url}`)
      return response
    }
  const clientAs = (user: UserInfo) => openClient(noticing(server.exchangeAs(user), user), { userAgent: user.name })
  return {
    clientAs,
    controllers: {
      client: clientAs(identities.controllers),
      clientAs: (serviceAccount) => clientAs(identities.controller(serviceAccount)),
    },
    refused,
  }
}
