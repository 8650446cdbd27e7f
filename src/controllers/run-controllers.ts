/** All controllers of the cluster, over one set of informers. */
import type { Client } from '../client/index.ts'
import type { Clock, Logger } from '../lib/index.ts'
import { type CertificateSigner, runCertificateSigningController } from './certificate-signing/index.ts'
import { runClusterRoleAggregationController } from './cluster-role-aggregation/index.ts'
import type { ControllerContext } from './context.ts'
import { runCronJobController } from './cron-job/index.ts'
import { runDaemonSetController } from './daemon-set/index.ts'
import { runDeploymentController } from './deployment/index.ts'
import { runDisruptionController } from './disruption/index.ts'
import { runEndpointsController } from './endpoints/index.ts'
import { runEndpointSliceController } from './endpointslice/index.ts'
import { runEndpointSliceMirroringController } from './endpointslice-mirroring/index.ts'
import { runEventTtlController } from './event-ttl/index.ts'
import { runEphemeralVolumeController } from './ephemeral-volume/index.ts'
import { EventRecorder } from './events.ts'
import { runGarbageCollector } from './garbage-collector/index.ts'
import { runJobController } from './job/index.ts'
import { runHorizontalPodAutoscalerController } from './horizontal-pod-autoscaler/index.ts'
import { runNamespaceController } from './namespace/index.ts'
import { runNodeLifecycleController } from './node-lifecycle/index.ts'
import { runPersistentVolumeBinder } from './persistent-volume-binder/index.ts'
import { runPodGarbageCollector } from './pod-gc/index.ts'
import { runReplicaSetController } from './replicaset/index.ts'
import { runReplicationControllerController } from './replication-controller/index.ts'
import { runResourceQuotaController } from './resource-quota/index.ts'
import { runRootCaController } from './root-ca/index.ts'
import { runServiceAccountController } from './service-account/index.ts'
import { runServiceAccountTokensController } from './service-account-tokens/index.ts'
import type { IssueLegacyToken } from './service-account-tokens/reconcile.ts'
import { runClaimProtection, runVolumeProtection } from './storage-protection/index.ts'
import { SharedInformers } from './shared-informers.ts'
import { runStatefulSetController } from './stateful-set/index.ts'
import { runTaintEvictionController } from './taint-eviction/index.ts'
import { runTtlAfterFinishedController } from './ttl-after-finished/index.ts'
import { runValidatingAdmissionPolicyStatusController } from './validating-admission-policy-status/index.ts'
import { runVolumeExpandController } from './volume-expand/index.ts'

/** What is done with the cluster's keys, which stay where they are. */
export interface ClusterKeys {
  certificates: CertificateSigner
  /** A token that lives as long as the Secret of that name. */
  issueLegacyToken: IssueLegacyToken
}

export interface ControllersOptions {
  /** Follows what controllers look at, and writes their events. */
  client: Client
  /** Acts as the service account of that name in kube-system, so that each controller has only its own rights.
   *  Default: `client`. */
  clientAs?: (serviceAccount: string) => Client
  clock: Clock
  logger: Logger
  signal: AbortSignal
  /** The cluster's CA, given to every namespace as the ConfigMap `kube-root-ca.crt`. */
  caPem: string
  /** Who has the cluster's keys; left out, nothing is signed. */
  keys?: ClusterKeys
  /** Uniform in [0, 1), for the names of generated objects. Default Math.random. */
  random?: () => number
}

/** Resolves when `signal` has aborted, what was in hand is done and all events are written. Rejects only when a
 *  controller breaks, after the others have been stopped. */
export async function runControllers(options: ControllersOptions): Promise<void> {
  const { client, clientAs = () => client, clock, logger, caPem, keys, random = Math.random } = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  await using informers = new SharedInformers({ client, clock, logger, signal })
  await using events = new EventRecorder({ client, clock })
  const context: ControllerContext = { client, clock, logger, signal, random, informers, events }
  const as = (serviceAccount: string): ControllerContext => ({ ...context, client: clientAs(serviceAccount) })
  const running = [
    runDeploymentController(as('deployment-controller')),
    runReplicaSetController(as('replicaset-controller')),
    runReplicationControllerController(as('replication-controller')),
    runStatefulSetController(as('statefulset-controller')),
    runDaemonSetController(as('daemon-set-controller')),
    runDisruptionController(as('disruption-controller')),
    runJobController(as('job-controller')),
    runCronJobController(as('cronjob-controller')),
    runTtlAfterFinishedController(as('ttl-after-finished-controller')),
    runEndpointSliceController(as('endpointslice-controller')),
    runEndpointSliceMirroringController(as('endpointslicemirroring-controller')),
    runEndpointsController(as('endpoint-controller')),
    runHorizontalPodAutoscalerController(as('horizontal-pod-autoscaler')),
    runNamespaceController(as('namespace-controller')),
    runServiceAccountController(as('service-account-controller')),
    runRootCaController(as('root-ca-cert-publisher'), caPem),
    runNodeLifecycleController(as('node-controller')),
    runTaintEvictionController(as('node-controller')),
    runGarbageCollector(as('generic-garbage-collector')),
    runPodGarbageCollector(as('pod-garbage-collector')),
    runResourceQuotaController(as('resourcequota-controller')),
    runClaimProtection(as('pvc-protection-controller')),
    runVolumeProtection(as('pv-protection-controller')),
    runPersistentVolumeBinder(as('persistent-volume-binder')),
    runEphemeralVolumeController(as('ephemeral-volume-controller')),
    runVolumeExpandController(as('expand-controller')),
    runEventTtlController(as('event-ttl-controller')),
    runClusterRoleAggregationController(as('clusterrole-aggregation-controller')),
    runValidatingAdmissionPolicyStatusController(as('validatingadmissionpolicy-status-controller')),
    ...(keys
      ? [
          runCertificateSigningController(as('certificate-controller'), keys.certificates),
          runServiceAccountTokensController(context, { caPem, issueToken: keys.issueLegacyToken }),
        ]
      : []),
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
