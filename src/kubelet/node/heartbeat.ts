/** Registers the node and keeps telling that it lives: a Lease every 10 s, the status when it changes or every 5 min.
 *  Source: Kubernetes v1.34, pkg/kubelet/kubelet_node_status.go, nodelease. */
import { isApiError, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import type { PressureCondition } from '../eviction/signals.ts'
import { inspectMachine } from './machine.ts'
import { type NodeEvent, nodeEvents } from './node-events.ts'
import { type NodeInput, nodeMetadata, nodeStatus } from './node-object.ts'
import type { RuntimeHealth } from './runtime-health.ts'

export interface HeartbeatOptions {
  client: Client
  runtime: Pick<ContainerRuntime, 'isolated'>
  health: RuntimeHealth
  clock: Clock
  logger: Logger
  nodeName: string
  podCidr: string
  stateDir: string
  maxPods: number
  /** What the node is short of. */
  pressure: () => readonly PressureCondition[]
  shuttingDown: () => boolean
  /** Of the kubelet's own server; undefined: it has none. */
  port: () => number | undefined
  /** Tells of what happened to the node. */
  tell: (event: NodeEvent) => void
}

const LEASE_NAMESPACE = 'kube-node-lease'
export const LEASE_SECONDS = 40
export const RENEW_MS = 10_000
export const STATUS_MS = 300_000

async function nodeInput(options: HeartbeatOptions): Promise<NodeInput> {
  const { runtime } = options
  const [machine, words] = await Promise.all([inspectMachine(options.stateDir), options.health.ask()])
  return {
    name: options.nodeName,
    machine,
    version: words.version,
    readiness: words.readiness,
    pressure: options.pressure(),
    shuttingDown: options.shuttingDown(),
    port: options.port(),
    isolated: runtime.isolated,
    podCidr: options.podCidr,
    maxPods: options.maxPods,
    nowMs: options.clock.now(),
  }
}

/** Creates the Node, or takes over the one that is there. */
export async function registerNode(options: HeartbeatOptions): Promise<void> {
  const { client, nodeName } = options
  const input = await nodeInput(options)
  const metadata = { name: nodeName, ...nodeMetadata(input) }
  try {
    await client.create(resources.nodes, { metadata, spec: { podCIDR: options.podCidr, podCIDRs: [options.podCidr] } })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    await client.patch(resources.nodes, { name: nodeName }, { metadata: nodeMetadata(input) })
  }
  await reportNode(options, input)
}

async function reportNode(options: HeartbeatOptions, input: NodeInput): Promise<void> {
  const ref = { name: options.nodeName }
  const old = await options.client.get(resources.nodes, ref)
  const status = nodeStatus({ ...input, old })
  await options.client.patch(resources.nodes, ref, { status }, { subresource: 'status' })
  for (const event of nodeEvents(ref.name, { old: old.status, now: status })) options.tell(event)
}

/** Tells at once, and not only with the next heartbeat, that the node is not ready any more. */
export async function announceShutdown(options: HeartbeatOptions): Promise<void> {
  try {
    await reportNode(options, await nodeInput(options))
  } catch (error) {
    options.logger.warn({ error: errorMessage(error) }, 'that the node shuts down cannot be told')
  }
}

async function renewLease({ client, nodeName, clock }: HeartbeatOptions): Promise<void> {
  const ref = { namespace: LEASE_NAMESPACE, name: nodeName }
  // MicroTime has six digits after the point.
  const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z')
  const spec = { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime }
  try {
    await client.patch(resources.leases, ref, { spec })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    await client.create(resources.leases, { metadata: ref, spec })
  }
}

/** Resolves when `signal` has aborted. */
export async function runHeartbeat(options: HeartbeatOptions & { signal: AbortSignal }): Promise<void> {
  const { clock, signal, logger } = options
  let reported = ''
  let reportedAtMs = 0
  while (!signal.aborted) {
    try {
      await renewLease(options)
      const input = await nodeInput(options)
      const essence = JSON.stringify(
        nodeStatus({
          ...input,
          nowMs: 0,
        }),
      )
      if (essence !== reported || clock.now() - reportedAtMs >= STATUS_MS) {
        await reportNode(options, input)
        reported = essence
        reportedAtMs = clock.now()
      }
    } catch (error) {
      if (isApiError(error, 'NotFound')) await registerNode(options).catch(() => {})
      else if (!signal.aborted) logger.warn({ error: errorMessage(error) }, 'heartbeat failed')
    }
    await clock.sleep(RENEW_MS, signal)
  }
}
