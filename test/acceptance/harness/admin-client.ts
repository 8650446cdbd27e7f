/** A client of an installation's API, as who installed it. */
import { type Client, loadKubeconfig, openClient, openHttpsExchange } from '../../../src/client/index.ts'
import type { Installation } from './installation.ts'

export interface AdminClient extends AsyncDisposable {
  client: Client
}

/** Its engine runs, or ran: that is where the credentials are from. */
export async function openAdminClient({ env }: Installation): Promise<AdminClient> {
  const { connection } = await loadKubeconfig(env.KUBECONFIG ?? '', 'naru')
  const exchange = openHttpsExchange(connection)
  return { client: openClient(exchange), [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose]() }
}
