/** All controllers of the cluster, over one set of informers. */
import type { Client } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import type { ControllerContext } from './context.ts'
import { runDeploymentController } from './deployment/index.ts'
import { runEndpointsController } from './endpoints/index.ts'
import { runEndpointSliceController } from './endpointslice/index.ts'
import { runEventTtlController } from './event-ttl/index.ts'
import { EventRecorder } from './events.ts'
import { runGarbageCollector } from './garbage-collector/index.ts'
import { runNamespaceController } from './namespace/index.ts'
import { runNodeLifecycleController } from './node-lifecycle/index.ts'
import { runPodGarbageCollector } from './pod-gc/index.ts'
import { runReplicaSetController } from './replicaset/index.ts'
import { runReplicationControllerController } from './replication-controller/index.ts'
import { runRootCaController } from './root-ca/index.ts'
import { runServiceAccountController } from './service-account/index.ts'
import { SharedInformers } from './shared-informers.ts'

export interface ControllersOptions {
  client: Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** The cluster's CA, given to every namespace as the ConfigMap `kube-root-ca.crt`. */
  caPem: string
  /** Uniform in [0, 1), for the names of generated objects. Default Math.random. */
  random?: () => number
}

/** Resolves when `signal` has aborted, what was in hand is done and all events are written. Rejects only when a
 *  controller breaks, after the others have been stopped. */
export async function runControllers(options: ControllersOptions): Promise<void> {
  const { client, clock, logger, caPem, random = Math.random } = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  await using informers = new SharedInformers({ client, clock, logger, signal })
  await using events = new EventRecorder({ client, clock })
  const context: ControllerContext = { client, clock, logger, signal, random, informers, events }
  const running = [
    runDeploymentController(context),
    runReplicaSetController(context),
    runReplicationControllerController(context),
    runEndpointSliceController(context),
    runEndpointsController(context),
    runNamespaceController(context),
    runServiceAccountController(context),
    runRootCaController(context, caPem),
    runNodeLifecycleController(context),
    runGarbageCollector(context),
    runPodGarbageCollector(context),
    runEventTtlController(context),
  ]
  try {
    await Promise.all(running)
  } catch (error) {
    // A start that was aborted before the caches were filled is no failure.
    if (!options.signal.aborted) throw error
  } finally {
    stop.abort()
    await Promise.allSettled(running)
  }
}
