/** A real API server in this process, for tests: over the memory store (or another), without sockets. */
import { type Exchange, isApiError, resources, type UserInfo } from '../../src/api/index.ts'
import {
  type InProcessApiServer,
  type InProcessApiServerOptions,
  openInProcessApiServer,
} from '../../src/apiserver/index.ts'
import { type Client, openClient } from '../../src/client/index.ts'
import { type Clock, silentLogger, systemClock } from '../../src/lib/index.ts'
import { openMemoryStore, type Store } from '../../src/store/index.ts'

export interface TestClusterOptions extends Partial<InProcessApiServerOptions> {
  /** Left open on dispose. Default: a new memory store, which is closed. */
  store?: Store
}

export interface TestCluster extends AsyncDisposable {
  /** Acts as a member of system:masters. */
  client: Client
  exchange: Exchange
  server: InProcessApiServer
  store: Store
  clock: Clock
}

export const ADMIN: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }

export async function openTestCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  await using opening = new AsyncDisposableStack()
  const store = options.store ?? opening.use(await openMemoryStore())
  const clock = options.clock ?? systemClock
  const server = opening.use(await openInProcessApiServer({ logger: silentLogger, ...options, clock, store }))
  const exchange = server.exchangeAs(ADMIN)
  const client = openClient(exchange, { userAgent: 'test' })
  await ensureDefaultAccount(client)
  const opened = opening.move()
  return {
    client,
    exchange,
    server,
    store,
    clock,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Pods need an account to run as; in a cluster the controller makes it. */
async function ensureDefaultAccount(client: Client): Promise<void> {
  try {
    await client.create(resources.serviceaccounts, { metadata: { namespace: 'default', name: 'default' } })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
