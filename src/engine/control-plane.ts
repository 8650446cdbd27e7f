/** What the API needs to answer: the store and the API server. What makes the cluster act is in control-loops.ts. */
import { randomUUID } from 'node:crypto'
import { type ApiServer, type AuditOptions, type Components, openApiServer } from '../apiserver/index.ts'
import type { Exchange, UserInfo } from '../api/index.ts'
import { type Client, openClient } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { isStoreError, openSqliteStore, type SqliteStore, type Store } from '../store/index.ts'
import { streamBackup } from './store-backup.ts'
import { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'
import type { Ports } from './settings.ts'
import { programOf } from './program-name.ts'

export interface ControlPlane extends AsyncDisposable {
  server: ApiServer
  store: Store
  clientAs: (user: UserInfo) => Client
}

export interface ControlPlaneOptions {
  files: EngineFiles
  ports: Ports
  host: string
  hostname: string
  clock: Clock
  logger: Logger
  /** What is noted of requests; undefined: nothing. */
  audit: AuditOptions | undefined
  /** Where container logs come from; asked only after the node is open. */
  kubelet: Exchange
  /** How what runs beside the API server is. */
  components: Components
}

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
      components: options.components,
      ...(options.audit && { audit: options.audit }),
      backUp: () => streamBackup(store, `${options.files.store}.${randomUUID()}.backup`),
    }),
  )
  const clientAs = (user: UserInfo) => openClient(server.exchangeAs(user), { userAgent: programOf(user) })
  const opened = opening.move()
  return { server, store, clientAs, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

async function openStore(path: string): Promise<SqliteStore> {
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
        'Restore a backup with naru restore, or start empty with naru down --purge.',
        { cause },
      )
    if (isStoreError(cause, 'full'))
      throw new EngineFailure('diskFull', cause.message, 'Free space on that disk, then run naru up again.', { cause })
    throw cause
  }
}
