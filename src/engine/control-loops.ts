/** What makes the cluster act: controllers, scheduler, apps, the gateway's status, compaction. Loaded after the API
 *  answers, so that it answers sooner. */
import { runApps } from '../apps/index.ts'
import { runControllers } from '../controllers/index.ts'
import { runGatewayStatus } from '../gateway/index.ts'
import type { Clock, Logger, Loop } from '../lib/index.ts'
import { runResources } from '../resources/index.ts'
import { runScheduler } from '../scheduler/index.ts'
import { runCompactor } from '../store/index.ts'
import type { ControlPlane } from './control-plane.ts'
import { identities } from './identities.ts'

export interface ControlLoopsOptions {
  plane: ControlPlane
  /** How users reach the gateway. */
  gateway: { host: string; port: number; securePort: number }
  clock: Clock
  logger: Logger
}

/** Each ends when its signal aborts. */
export function controlLoops({ plane, gateway, clock, logger }: ControlLoopsOptions): Loop[] {
  const { server, store, clientAs } = plane
  const common = { clock, logger }
  return [
    {
      name: 'controllers',
      run: (signal) =>
        runControllers({
          ...common,
          client: clientAs(identities.controllers),
          clientAs: (serviceAccount) => clientAs(identities.controller(serviceAccount)),
          signal,
          caPem: server.caPem,
          keys: server,
        }),
    },
    { name: 'scheduler', run: (signal) => runScheduler({ ...common, client: clientAs(identities.scheduler), signal }) },
    {
      name: 'apps',
      run: (signal) =>
        runApps({
          ...common,
          client: clientAs(identities.apps),
          signal,
          gateway: { port: gateway.port, securePort: gateway.securePort },
        }),
    },
    { name: 'resources', run: (signal) => runResources({ ...common, client: clientAs(identities.resources), signal }) },
    {
      name: 'gateway-status',
      run: (signal) =>
        runGatewayStatus({ ...common, client: clientAs(identities.gatewayStatus), signal, addresses: [gateway.host] }),
    },
    {
      name: 'compactor',
      run: (signal) => runCompactor({ ...common, store, signal }),
    },
  ]
}
