/** Puts together what the handling of every pod needs, before any pod is followed. */
import { join } from 'node:path'
import type { MachineFacts } from '../node/machine.ts'
import { Backoff } from './backoff.ts'
import { NOT_FOLLOWED, type PodContext } from './context.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'

type Given =
  | 'client'
  | 'runtime'
  | 'clock'
  | 'logger'
  | 'prober'
  | 'isShuttingDown'
  | 'pressure'
  | 'podsDir'
  | 'logsDir'
  | 'clusterDns'
  | 'event'

export interface PodContextOptions extends Pick<PodContext, Given>, Partial<Pick<PodContext, 'credentials'>> {
  nodeName: string
  machine: MachineFacts
  /** How the runtime calls itself. */
  runtimeName: string
  stateDir: string
  maxPods: number
  kubernetesService: { host: string; port: number } | undefined
}

export function makePodContext(options: PodContextOptions): PodContext {
  const { client, clock, logger, runtime, machine, nodeName, maxPods, kubernetesService: service } = options
  const { cpuMilli, memoryBytes } = machine
  return {
    ...NOT_FOLLOWED,
    client,
    runtime,
    clock,
    logger,
    prober: options.prober,
    backoff: new Backoff(),
    tokens: new ServiceAccountTokens({ client, clock, logger }),
    node: { nodeName, hostIP: machine.hostIP, cpuMilli, memoryBytes, diskBytes: machine.diskBytes },
    admission: { kernel: machine.kernelVersion, appArmor: machine.appArmor, cpuMilli, memoryBytes, maxPods },
    actuated: new Map(),
    isShuttingDown: options.isShuttingDown,
    pressure: options.pressure,
    podsDir: options.podsDir,
    logsDir: options.logsDir,
    seccompDir: join(options.stateDir, 'seccomp'),
    cgroupRoot: runtime.cgroupRoot,
    clusterDns: options.clusterDns,
    baseEnv: service ? { KUBERNETES_SERVICE_HOST: service.host, KUBERNETES_SERVICE_PORT: String(service.port) } : {},
    idPrefix: `${options.runtimeName}://`,
    credentials: options.credentials ?? (() => Promise.resolve(undefined)),
    event: options.event,
  }
}
