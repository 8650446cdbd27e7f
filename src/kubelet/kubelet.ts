/** The kubelet: registers the node, follows the pods bound to it, and keeps their containers as their specs ask. */
import { join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { type Exchange, type k8s, type ObjectRef, resources } from '../api/index.ts'
import { type Client, openInformer, recordEvent } from '../client/index.ts'
import { type Clock, errorMessage, type Logger, WorkQueue } from '../lib/index.ts'
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
import { Backoff } from './pod/backoff.ts'
import type { ClusterDns } from './pod/config.ts'
import { FIELD_OF_KIND, findContainer } from './pod/containers.ts'
import type { PodContext, PodEvent } from './pod/context.ts'
import { podsOnDisk } from './pod/leftovers.ts'
import { POD_NAME_LABEL, POD_NAMESPACE_LABEL } from './pod/names.ts'
import { Retirement } from './pod/retirement.ts'
import { ServiceAccountTokens } from './pod/service-account-tokens.ts'
import { takeSnapshot } from './pod/snapshot.ts'
import { StatusWriter } from './pod/status-writer.ts'
import { removePod } from './pod/stop-pod.ts'
import { type PodMemory, syncPod } from './pod/sync-pod.ts'
import { ProbeTally } from './probes/probe-tally.ts'
import { Prober } from './probes/prober.ts'
import { relister } from './relist.ts'
import { RuntimeOperations } from './runtime/operations.ts'
import type { ContainerRuntime, RegistryCredentials } from './runtime/runtime.ts'
import { shutDownPods, type ShutdownOptions } from './shutdown/shut-down.ts'
import { ConfigWatches } from './volumes/config-watches.ts'

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

const PROBE_TITLES = { readiness: 'Readiness', liveness: 'Liveness', startup: 'Startup' } as const

/** Resolves when the node is registered and the port is served. */
export async function openKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { client, clock, nodeName } = options
  const operations = new RuntimeOperations(clock)
  const runtime = operations.watched(options.runtime)
  const logger = options.logger.child({ component: 'kubelet' })
  const podsDir = join(options.stateDir, 'pods')
  const logsDir = join(options.stateDir, 'logs', 'pods')
  await mkdir(podsDir, { recursive: true, mode: 0o711 })
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
  const event = ({ pod, container, ...rest }: PodEvent) => {
    const kind = container === undefined ? undefined : findContainer(pod, container)?.kind
    void recordEvent(client, {
      clock,
      component: 'kubelet',
      host: nodeName,
      regarding: { ...pod, apiVersion: 'v1', kind: 'Pod' },
      ...(container !== undefined && { fieldPath: `spec.${FIELD_OF_KIND[kind ?? 'app']}{${container}}` }),
      ...rest,
    })
  }
  const probes = new ProbeTally()
  const prober = new Prober({
    looked: (target, kind, outcome) => probes.count(target, kind, outcome),
    ended: (target, kind) => probes.forget(target, kind),
    clock,
    changed: (pod) => queue.add(pod.metadata.uid ?? ''),
    unhealthy: ({ pod, container: { name: container } }, kind, why) => {
      const message = `${PROBE_TITLES[kind]} probe failed: ${why}`
      event({ pod, container, type: 'Warning', reason: 'Unhealthy', message })
    },
    errored: ({ pod, container: { name: container } }, kind, why) => {
      const message = `${PROBE_TITLES[kind]} probe errored and resulted in unknown state: ${why}`
      event({ pod, container, type: 'Warning', reason: 'Unhealthy', message })
    },
    warned: ({ pod, container: { name: container } }, kind, why) => {
      const message = `${PROBE_TITLES[kind]} probe warning: ${why}`
      event({ pod, container, type: 'Warning', reason: 'ProbeWarning', message })
    },
  })
  const service = options.kubernetesService
  const context: PodContext = {
    client,
    runtime,
    clock,
    logger,
    prober,
    backoff: new Backoff(),
    tokens: new ServiceAccountTokens({ client, clock, logger }),
    node: {
      nodeName,
      hostIP: machine.hostIP,
      cpuMilli: machine.cpuMilli,
      memoryBytes: machine.memoryBytes,
      diskBytes: machine.diskBytes,
    },
    admission: {
      kernel: machine.kernelVersion,
      appArmor: machine.appArmor,
      cpuMilli: machine.cpuMilli,
      memoryBytes: machine.memoryBytes,
      maxPods: heartbeat.maxPods,
    },
    actuated: new Map(),
    services: () => [],
    pods: () => [],
    evict: () => {},
    isShuttingDown: () => shuttingDown,
    retire: () => new Retirement(() => {}),
    hurry: () => {},
    pressure: () => [],
    configOf: (_pod, source) => source,
    podsDir,
    logsDir,
    seccompDir: join(options.stateDir, 'seccomp'),
    cgroupRoot: runtime.cgroupRoot,
    clusterDns: options.clusterDns,
    baseEnv: service ? { KUBERNETES_SERVICE_HOST: service.host, KUBERNETES_SERVICE_PORT: String(service.port) } : {},
    idPrefix: `${runtimeName}://`,
    credentials: options.credentials ?? (() => Promise.resolve(undefined)),
    event,
  }

  const { stateDir } = options
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
  context.pressure = pressureNow

  const following = Promise.withResolvers<void>()
  const pod = (ref: ObjectRef) => client.get(resources.pods, ref)
  const exchange = kubeletExchange({
    streams: streamExchange({ runtime, pod }),
    logs: logExchange({ client, runtime, logsDir, clock }),
    run: runExchange({ runtime, pod }),
    stats: stats.exchange,
    health: healthExchange({ syncLoop: () => (loops?.aborted === false ? undefined : 'pods are not followed') }),
    configz: configzExchange({ ...heartbeat, clusterDns: options.clusterDns }),
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
      await Promise.all([
        runPods(context, {
          queue,
          signal: both,
          nodeName,
          hasServices: service !== undefined,
          following: following.resolve,
        }).finally(() => stop.abort()),
        runHeartbeat({ ...heartbeat, signal: both }),
        stats.collector.run({ signal: both }),
        runLogRotation({ runtime, logsDir, clock, logger, signal: both }),
        images.run({ signal: both }),
        pressure.run({ signal: both }),
        server?.run({ signal: both }),
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
      ])
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

/** What of a pod the kubelet acts on. */
const wish = ({ metadata, spec, status }: k8s.Pod) =>
  JSON.stringify([spec, metadata.labels, metadata.annotations, gates(spec, status)])

/** Conditions that others set and that the pod's readiness hangs on. */
const gates = ({ readinessGates = [] }: k8s.PodSpec, status?: k8s.PodStatus) =>
  readinessGates.map(({ conditionType }) => status?.conditions?.find(({ type }) => type === conditionType)?.status)

interface Work {
  memory: PodMemory
  abort: AbortController | undefined
  hurry: AbortController | undefined
}

interface RunPodsOptions {
  queue: WorkQueue
  signal: AbortSignal
  nodeName: string
  hasServices: boolean
  /** Called once the node's pods are known. */
  following: () => void
}

async function runPods(context: PodContext, options: RunPodsOptions): Promise<void> {
  const { queue, signal, nodeName, hasServices } = options
  const { client, runtime, logger, clock } = context
  // Services have addresses only where there is a network for them.
  await using services = hasServices
    ? await openInformer<k8s.Service>(client, resources.services, { signal, clock, logger })
    : undefined
  if (services !== undefined) context.services = () => services.list()
  const fieldSelector = `spec.nodeName=${nodeName}`
  await using informer = await openInformer<k8s.Pod>(client, resources.pods, { fieldSelector, signal, clock, logger })
  context.pods = () => informer.list()
  const byUid = informer.index((pod) => [pod.metadata.uid ?? ''])
  const works = new Map<string, Work>()
  const workOf = (uid: string): Work => {
    const work = works.get(uid) ?? { memory: { waiting: new Map() }, abort: undefined, hurry: undefined }
    works.set(uid, work)
    return work
  }
  const writer = new StatusWriter(client)

  await using configs = new ConfigWatches({ client, clock, logger, changed: (uid) => queue.add(uid) })
  context.configOf = ({ metadata }, source) => configs.keeping(metadata.uid ?? '', source)

  informer.onChange(({ type, object, old }) => {
    const uid = object.metadata.uid ?? ''
    if (type === 'added') configs.put(object)
    else if (type === 'deleted') configs.remove(uid)
    const nowDeleted = object.metadata.deletionTimestamp != null && old?.metadata.deletionTimestamp == null
    const grace = ({ metadata }: k8s.Pod) => metadata.deletionGracePeriodSeconds ?? Infinity
    const sooner = object.metadata.deletionTimestamp != null && old !== undefined && grace(object) < grace(old)
    if (type === 'deleted' || nowDeleted) works.get(uid)?.abort?.abort()
    if (type === 'deleted' || (sooner && !nowDeleted)) works.get(uid)?.hurry?.abort()
    // Our own status comes back as an event and asks for nothing; what others made of it does.
    const sameWish = old !== undefined && !nowDeleted && wish(old) === wish(object)
    if (!sameWish || writer.isContradicted(object)) queue.add(uid)
  })

  context.evict = ({ metadata: { uid = '' } }, message, condition) => {
    const memory = works.get(uid)?.memory
    if (memory === undefined || memory.evicted !== undefined) return
    memory.evicted = { message, condition }
    queue.add(uid)
  }
  context.retire = ({ metadata: { uid = '' } }) => {
    const { memory, abort } = workOf(uid)
    memory.retirement ??= new Retirement(() => queue.add(uid))
    abort?.abort()
    return memory.retirement
  }
  context.hurry = ({ metadata: { uid = '' } }) => works.get(uid)?.hurry?.abort()
  options.following()
  for (const uid of (await podsOnDisk(context)).keys()) queue.add(uid)

  const relist = relister({
    runtime,
    changed: (uid) => queue.add(uid),
    failed: (error) => logger.debug({ error: errorMessage(error) }, 'the runtime cannot be listed'),
  })
  relist()

  const watching = runtime.watch({ signal, changed: relist })
  await queue.run({
    signal,
    concurrency: 32,
    async handle(uid) {
      const [pod] = byUid(uid)
      if (pod === undefined) {
        const tell = works.get(uid)?.memory.retirement?.beginTelling()
        works.delete(uid)
        writer.forget(uid)
        context.tokens.forget(uid)
        await removeOrphan(context, uid)
        tell?.()
        return undefined
      }
      const work = workOf(uid)
      work.abort = new AbortController()
      work.hurry = new AbortController()
      const again = await syncPod(context, {
        pod,
        memory: work.memory,
        writer,
        signal: AbortSignal.any([signal, work.abort.signal]),
        hurry: work.hurry.signal,
      })
      return signal.aborted ? undefined : again
    },
    onError: (uid, error) => {
      const pod = byUid(uid)[0]
      logger.warn(
        { pod: pod?.metadata.name ?? uid, error: errorMessage(error) },
        'pod cannot be brought to its wish, will retry',
      )
    },
  })
  await watching
}

/** What runs without a pod in the API: it was deleted while we were away, or by force. */
async function removeOrphan(context: PodContext, uid: string): Promise<void> {
  const snapshot = await takeSnapshot(context.runtime, uid)
  const labels = snapshot.containers[0]?.labels
  const onDisk = (await podsOnDisk(context)).get(uid)
  const identity = snapshot.sandboxes[0]?.pod ?? {
    uid,
    name: labels?.[POD_NAME_LABEL] ?? onDisk?.name ?? '',
    namespace: labels?.[POD_NAMESPACE_LABEL] ?? onDisk?.namespace ?? '',
  }
  for (const { id, state } of snapshot.containers)
    if (state === 'running') await context.runtime.stopContainer(id, 2_000)
  await removePod(context, { ...identity, uid }, snapshot)
}
