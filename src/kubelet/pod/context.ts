/** What the handling of every pod needs of its surroundings. */
import type { k8s, KubeObject } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { PressureCondition } from '../eviction/signals.ts'
import type { Prober } from '../probes/prober.ts'
import type { ContainerRuntime, RegistryCredentials } from '../runtime/runtime.ts'
import type { AdmissionFacts } from './admit.ts'
import type { Backoff } from './backoff.ts'
import type { ClusterDns } from './config.ts'
import type { ConfigSource } from './env.ts'
import type { NodeFacts } from './fields.ts'
import { Retirement } from './retirement.ts'
import type { ServiceAccountTokens } from './service-account-tokens.ts'

/** What is known of the node's pods while they are followed, and what can be had done with one. */
export interface FollowedPods {
  /** Every Service there is, for the variables that name them. */
  services: () => readonly k8s.Service[]
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
  /** From now on the pod starts nothing more and is not ready. */
  retire: (pod: k8s.Pod) => Retirement
  /** A pod that is being deleted has no more of its grace period. */
  hurry: (pod: k8s.Pod) => void
  /** Sends a pod away for what it takes of the node: it ends at once, and failed. */
  evict: (pod: k8s.Pod, message: string, condition?: k8s.PodCondition) => void
  /** ConfigMaps and Secrets as the pod's volumes have them. */
  configOf: (pod: k8s.Pod, source: ConfigSource) => ConfigSource
}

/** Before that: there are none. */
export const NOT_FOLLOWED: FollowedPods = {
  services: () => [],
  pods: () => [],
  retire: () => new Retirement(() => {}),
  hurry: () => {},
  evict: () => {},
  configOf: (_pod, source) => source,
}

export interface PodContext extends FollowedPods {
  client: Client
  runtime: ContainerRuntime
  clock: Clock
  logger: Logger
  prober: Prober
  backoff: Backoff
  tokens: ServiceAccountTokens
  node: NodeFacts
  /** What pods are taken, or refused, by. */
  admission: AdmissionFacts
  /** What containers were given since the kubelet started, by id: their specs may ask for something else by now. */
  actuated: Map<string, k8s.ResourceRequirements>
  /** Whether the node takes no more pods because it shuts down. */
  isShuttingDown: () => boolean
  /** What the node is short of. */
  pressure: () => readonly PressureCondition[]
  /** Pods' volumes and messages: a directory for each uid. */
  podsDir: string
  logsDir: string
  /** Where seccomp profiles of type Localhost are. */
  seccompDir: string
  cgroupRoot: string
  clusterDns: ClusterDns | undefined
  /** What every container's environment begins with. */
  baseEnv: Readonly<Record<string, string>>
  /** `containerd://`, `process://`. */
  idPrefix: string
  credentials: (registryHost: string) => Promise<RegistryCredentials | undefined>
  event: (about: PodEvent) => void
}

export interface PodEvent {
  pod: k8s.Pod & KubeObject
  container?: string
  type: 'Normal' | 'Warning'
  reason: string
  message: string
}
