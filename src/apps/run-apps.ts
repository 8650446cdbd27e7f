/** Wires the App controller: which changes ask for which apps. */
import {
  APP_LABEL,
  type App,
  apps as appResource,
  gatewayApi,
  keyOf,
  type KubeObject,
  resources,
} from '../api/index.ts'
import { type Client, openInformer, runController, source } from '../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../lib/index.ts'
import { ensureGateway, type GatewayOptions } from './gateway.ts'
import { wishedHosts } from './hosts.ts'
import { reconcileApp } from './reconcile.ts'

const CONCURRENCY = 4
const RETRY_MS = 1_000

export interface AppsOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** How users reach the gateway; the apps' URLs are made from it. */
  gateway: GatewayOptions
}

/** Resolves when `signal` has aborted and the apps in hand are done. An API that does not answer is waited for. */
export async function runApps({ client, clock, logger, signal, gateway }: AppsOptions): Promise<void> {
  await untilDone(() => ensureGateway(client, gateway), { clock, logger, signal })
  await using opened = new AsyncDisposableStack()
  const common = { signal, clock, logger }
  // Of other kinds only what apps have made is held.
  const ours = { ...common, labelSelector: APP_LABEL, transform: dropManagedFields }
  const open = async () => {
    const apps = opened.use(await openInformer(client, appResource, { ...common, transform: dropManagedFields }))
    const deployments = opened.use(await openInformer(client, resources.deployments, ours))
    const services = opened.use(await openInformer(client, resources.services, ours))
    const routes = opened.use(await openInformer(client, gatewayApi.httproutes, ours))
    const pods = opened.use(await openInformer(client, resources.pods, ours))
    return { apps, deployments, services, routes, pods }
  }
  let informers: Awaited<ReturnType<typeof open>>
  try {
    informers = await open()
  } catch (error) {
    // A start that was aborted before the caches were filled is no failure.
    if (signal.aborted) return
    throw error
  }
  const { apps, deployments, services, routes, pods } = informers
  const claimants = apps.index(wishedHosts)
  const podsOf = pods.index(appOf)
  /** Those after the same hosts as well: one of them may get a host that becomes free. */
  const concerned = (app: App) => [keyOf(app), ...wishedHosts(app).flatMap((host) => claimants(host).map(keyOf))]

  await runController({
    name: 'app',
    clock,
    logger,
    signal,
    concurrency: CONCURRENCY,
    sources: [
      source(apps, concerned),
      source(deployments, appOf),
      source(services, appOf),
      source(routes, appOf),
      source(pods, appOf),
    ],
    reconcile: (key) =>
      reconcileApp({ client, clock, gateway, apps, deployments, services, routes, podsOf, claimants }, key),
  })
}

/** Tries again every second. */
async function untilDone(
  work: () => Promise<void>,
  { clock, logger, signal }: Pick<AppsOptions, 'clock' | 'logger' | 'signal'>,
): Promise<void> {
  while (!signal.aborted)
    try {
      return await work()
    } catch (error) {
      logger.warn({ controller: 'app', error: errorMessage(error) }, 'the Gateway could not be written, will retry')
      await clock.sleep(RETRY_MS, signal)
    }
}

/** The key of the app that an object was made for. */
function appOf({ metadata }: KubeObject): string[] {
  const name = metadata.labels?.[APP_LABEL]
  return name === undefined ? [] : [`${metadata.namespace}/${name}`]
}

function dropManagedFields(object: KubeObject): void {
  delete object.metadata.managedFields
}
