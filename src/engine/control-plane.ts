/** The control plane of the embedded cluster: store, API server, controllers, scheduler, apps. */
import { runApps } from '../apps/index.ts'
import { type ApiServer, openApiServer } from '../apiserver/index.ts'
import type { Exchange, UserInfo } from '../api/index.ts'
import { type Client, openClient } from '../client/index.ts'
import { runControllers } from '../controllers/index.ts'
import { runGatewayStatus } from '../gateway/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { runScheduler } from '../scheduler/index.ts'
import { isStoreError, openSqliteStore, runCompactor, type Store } from '../store/index.ts'
import { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'
import { identities } from './identities.ts'
import type { Ports } from './settings.ts'
import type { Loop } from './supervise.ts'

export interface ControlPlane extends AsyncDisposable {
  server: ApiServer
  clientAs: (user: UserInfo) => Client
  /** What has to run for the cluster to act; ends when its signal aborts. */
  loops: Loop[]
}

export interface ControlPlaneOptions {
  files: EngineFiles
  ports: Ports
  host: string
  hostname: string
  clock: Clock
  logger: Logger
  /** Where container logs come from; asked only after the node is open. */
  kubelet: Exchange
}

/** Keeps this many revisions for watches that resume and lists that continue. */
const KEEP_REVISIONS = 10_000

export async function openControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { clock, logger, ports } = options
  await using opening = new AsyncDisposableStack()
  const store = opening.use(await openStore(options.files.store))
  const server = opening.use(
    await openApiServer({
      store,
      clock,
      logger,
      certificatesDir: options.files.certificates,
      host: options.host,
      port: ports.api,
      extraHosts: [options.hostname],
      kubelet: options.kubelet,
    }),
  )
  const clientAs = (user: UserInfo) => openClient(server.exchangeAs(user), { userAgent: user.name })
  const common = { clock, logger }
  const loops: Loop[] = [
    {
      name: 'controllers',
      run: (signal) =>
        runControllers({ ...common, client: clientAs(identities.controllers), signal, caPem: server.caPem }),
    },
    { name: 'scheduler', run: (signal) => runScheduler({ ...common, client: clientAs(identities.scheduler), signal }) },
    {
      name: 'apps',
      run: (signal) =>
        runApps({
          ...common,
          client: clientAs(identities.apps),
          signal,
          gateway: { scheme: 'http', port: ports.gateway },
        }),
    },
    {
      name: 'gateway-status',
      run: (signal) =>
        runGatewayStatus({ ...common, client: clientAs(identities.apps), signal, addresses: [options.host] }),
    },
    {
      name: 'compactor',
      run: (signal) => runCompactor({ ...common, store, signal, keepRevisions: KEEP_REVISIONS }),
    },
  ]
  const opened = opening.move()
  return { server, clientAs, loops, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function openStore(path: string): Promise<Store> {
  try {
    return await openSqliteStore({ path })
  } catch (cause) {
    if (isStoreError(cause, 'locked'))
      throw new EngineFailure('alreadyRunning', cause.message, 'Use the engine that runs, or stop it with naru down.', {
        cause,
      })
    if (isStoreError(cause, 'damaged', 'newer'))
      throw new EngineFailure(
        'storeDamaged',
        cause.message,
        `Put a copy of ${path} back, or start empty with naru down --purge.`,
        { cause },
      )
    if (isStoreError(cause, 'full'))
      throw new EngineFailure('diskFull', cause.message, 'Free space on that disk, then run naru up again.', { cause })
    throw cause
  }
}
