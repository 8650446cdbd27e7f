/** Opens the Kubernetes API over a store. */
import { apps, type Exchange, gatewayApi, type Resource, resources, type UserInfo } from '../api/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import type { Store } from '../store/index.ts'
import { authorizeMasters } from './auth/authorize.ts'
import { bootstrap } from './bootstrap/bootstrap.ts'
import { ResourceCatalog } from './routing/resource-catalog.ts'
import type { Backend } from './server/context.ts'
import { handle } from './server/pipeline.ts'
import { type Randomness, systemRandomness } from './server/randomness.ts'
import { StreamRegistry } from './server/stream-registry.ts'

export interface ApiServerOptions {
  store: Store
  logger: Logger
  clock: Clock
  randomness?: Randomness
}

export interface ApiServer extends AsyncDisposable {
  /** The API for clients in this process, as this user. */
  exchangeAs(user: UserInfo): Exchange
}

export async function openApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const streams = new StreamRegistry()
  const backend: Backend = {
    store: options.store,
    clock: options.clock,
    logger: options.logger.child({ component: 'apiserver' }),
    randomness: options.randomness ?? systemRandomness,
    catalog: new ResourceCatalog(servedResources()),
    authorize: authorizeMasters,
    services: {},
    kubelet: () => Promise.reject(new Error('no kubelet')),
    streams,
  }
  await bootstrap(backend)
  return {
    exchangeAs: (user) => (request) => handle(backend, request, user),
    async [Symbol.asyncDispose]() {
      streams.stop()
    },
  }
}

function servedResources(): readonly Resource[] {
  const { gatewayclasses, gateways, httproutes } = gatewayApi
  return [...resources.builtinResources, apps, gatewayclasses, gateways, httproutes]
}
