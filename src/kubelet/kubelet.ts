/** The kubelet: registers the node, follows the pods bound to it, and keeps their containers as their specs ask. Here its
 *  parts are put together. */
import { join } from 'node:path'
import { chmod, mkdir } from 'node:fs/promises'
import { type Exchange, type ObjectRef, resources } from '../api/index.ts'
import { type Client, recordEvent } from '../client/index.ts'
import { type Clock, type Logger, WorkQueue } from '../lib/index.ts'
import { runLocalStorageEviction } from './eviction/run.ts'
import { logExchange } from './logs/exchange.ts'
import { streamExchange } from './streaming/exchange.ts'
import { kubeletExchange } from './server/answer-request.ts'
import { configzExchange } from './server/configz.ts'
import { healthExchange } from './server/health.ts'
import { type KubeletPort, openKubeletServer } from './server/open-server.ts'
import { runExchange } from './server/run-command.ts'
import { openStats } from './stats/open-stats.ts'
import { runLogRotation } from './logs/rotate.ts'
import { openNodePressure } from './eviction/open-node-pressure.ts'
import type { Observations, PressureCondition } from './eviction/signals.ts'
import { hostAddress, inspectMachine } from './node/machine.ts'
import { announceShutdown, registerNode, runHeartbeat } from './node/heartbeat.ts'
import type { NodeEvent } from './node/node-events.ts'
import { RuntimeHealth } from './node/runtime-health.ts'
import { followPods } from './follow-pods.ts'
import type { ClusterDns } from './pod/config.ts'
import { makePodContext } from './pod/make-context.ts'
import { podEvents } from './pod/tell-event.ts'
import { uidOf } from './pod/works.ts'
import { ProbeTally } from './probes/probe-tally.ts'
import { tellingProber } from './probes/telling-prober.ts'
import { RuntimeOperations } from './runtime/operations.ts'
import type { ContainerRuntime, RegistryCredentials } from './runtime/runtime.ts'
import { shutDownPods, type ShutdownOptions } from './shutdown/shut-down.ts'

export interface KubeletOptions {
  client: Client
  runtime: ContainerRuntime
  nodeName: string
  podCidr: string
  /** Pods' volumes and logs are kept below it. */
  stateDir: string
  logger: Logger
  clock: Clock
  /** Credentials for the registry host an image names; undefined: pulled without. */
  credentials?: (registryHost: string) => Promise<RegistryCredentials | undefined>
  /** Resolver of pods with dnsPolicy ClusterFirst; left out: the host's. */
  clusterDns?: ClusterDns
  /** Address of the API server's Service, for KUBERNETES_SERVICE_HOST and _PORT. */
  kubernetesService?: { host: string; port: number }
  /** What there is left of the node. Default: of this machine. */
  observe?: () => Promise<Observations>
  /** Default 110, as Kubernetes. */
  maxPods?: number
  /** The kubelet's own port; left out: only this process reaches the kubelet. */
  server?: KubeletPort
}

export interface Kubelet extends AsyncDisposable {
  /** Answers as the kubelet's own port does, to whom the API server has let through. Streams (/exec, /attach,
   *  /portForward) with a redirect to where the runtime waits. */
  readonly exchange: Exchange
  /** Resolves when `signal` has aborted and the work in hand is done. Containers go on running. */
  run(options: { signal: AbortSignal }): Promise<void>
  /** Ends the pods while `run` goes on: the node takes no more of them, says that it is not ready, and each ends as its
   *  spec asks for. They stay in the API, and the next kubelet starts them again, but for those that run to an end of
   *  their own: those have failed. */
  shutDown(options: ShutdownOptions): Promise<void>
}

/** How long the API and the runtime may take to be asked before pods end. */
const FOLLOWING_LIMIT_MS = 10_000

/** Resolves when the node is registered and the port is served. */
export async function openKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, clock, nodeName } = options
  const operations = new RuntimeOperations(clock)
  const runtime = operations.watched(options.runtime)
  const logger = options.logger.child({ component: 'kubelet' })
  const podsDir = join(options.stateDir, 'pods')
  const logsDir = join(options.stateDir, 'logs', 'pods')
  await mkdir(podsDir, { recursive: true })
  // Secrets and tokens in it may be anybody's to read, in the pod: not here. Where an earlier version made it, it is open.
  await chmod(podsDir, 0o700)
  await mkdir(logsDir, { recursive: true, mode: 0o755 })
  let pressureNow: () => readonly PressureCondition[] = () => []
  let shuttingDown = false
  let loops: AbortSignal | undefined
  let port = options.server?.port
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } }
  const tell = (event: NodeEvent) =>
    void recordEvent(client, { clock, component: 'kubelet', host: nodeName, regarding: node, ...event })
  const heartbeat = {
    ...options,
    logger,
    health: new RuntimeHealth(runtime, clock),
    maxPods: options.maxPods ?? 110,
    pressure: () => pressureNow(),
    shuttingDown: () => shuttingDown,
    port: () => port,
    tell,
  }
  tell({ type: 'Normal', reason: 'Starting', message: 'Starting kubelet.' })
  await registerNode(heartbeat)
  const machine = await inspectMachine(options.stateDir)
  const { name: runtimeName } = await runtime.version()

  const queue = new WorkQueue({ clock, baseDelayMs: 100, maxDelayMs: 30_000 })
  const event = podEvents(client, { clock, component: 'kubelet', host: nodeName })
  const probes = new ProbeTally()
  const prober = tellingProber({ clock, tally: probes, event, changed: (pod) => queue.add(uidOf(pod)) })
  const { stateDir, kubernetesService, clusterDns } = options
  const context = makePodContext({
    ...(options.credentials && { credentials: options.credentials }),
    client,
    runtime,
    clock,
    logger,
    prober,
    event,
    nodeName,
    machine,
    runtimeName,
    stateDir,
    podsDir,
    logsDir,
    maxPods: heartbeat.maxPods,
    clusterDns,
    kubernetesService,
    isShuttingDown: () => shuttingDown,
    pressure: () => pressureNow(),
  })

  const pods = () => context.pods()
  const stats = openStats({ runtime, clock, logger, nodeName, stateDir, podsDir, logsDir, pods, probes, operations })
  const { pressure, images } = openNodePressure({
    runtime,
    stats,
    ...(options.observe && { observe: options.observe }),
    stateDir,
    clock,
    logger,
    pods,
    evict: (pod, message, condition) => context.evict(pod, message, condition),
    warn: (reason, message) => tell({ type: 'Warning', reason, message }),
  })
  pressureNow = () => pressure.conditions()

  const following = Promise.withResolvers<void>()
  const pod = (ref: ObjectRef) => client.get(resources.pods, ref)
  const exchange = kubeletExchange({
    streams: streamExchange({ runtime, pod }),
    logs: logExchange({ client, runtime, logsDir, clock }),
    run: runExchange({ runtime, pod }),
    stats: stats.exchange,
    health: healthExchange({ syncLoop: () => (loops?.aborted === false ? undefined : 'pods are not followed') }),
    configz: configzExchange({ ...heartbeat, clusterDns }),
  })
  const podCidr = runtime.isolated ? options.podCidr : undefined
  const server =
    options.server &&
    (await openKubeletServer({ ...heartbeat, ...options.server, address: hostAddress, podCidr, exchange }))
  port = server?.port
  return {
    exchange,
    async run({ signal }) {
      const stop = new AbortController()
      const both = AbortSignal.any([signal, stop.signal])
      loops = both
      const { resolve } = following
      const parts = [
        followPods(context, {
          queue,
          signal: both,
          nodeName,
          hasServices: kubernetesService !== undefined,
          following: resolve,
        }),
        runHeartbeat({ ...heartbeat, signal: both }),
        stats.collector.run({ signal: both }),
        runLogRotation({ runtime, logsDir, clock, logger, signal: both }),
        images.run({ signal: both }),
        pressure.run({ signal: both }),
        ...(server ? [server.run({ signal: both })] : []),
        runLocalStorageEviction({
          runtime,
          clock,
          logger,
          podsDir,
          logsDir,
          pods,
          evict: (pod, message) => context.evict(pod, message),
          signal: both,
        }),
      ]
      // None goes on without the others: whoever runs the kubelet again would have two of it.
      const ended = await Promise.allSettled(parts.map((part) => part.finally(() => stop.abort())))
      for (const end of ended) if (end.status === 'rejected') throw end.reason
    },
    async shutDown(ending) {
      shuttingDown = true
      tell({ type: 'Normal', reason: 'Shutdown', message: 'Shutdown manager detected shutdown event' })
      // A kubelet that was told to stop while it starts knows no pod yet.
      const known = Promise.all([announceShutdown(heartbeat), following.promise])
      const given = new AbortController()
      await Promise.race([known, clock.sleep(FOLLOWING_LIMIT_MS, AbortSignal.any([given.signal, ending.hurry]))])
      given.abort()
      await shutDownPods(context, ending)
    },
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]()
      await prober[Symbol.asyncDispose]()
    },
  }
}
