/** Gives Services of type LoadBalancer the address of this node, where the node has their ports free; the Service proxy
 *  does the rest. Events are named as cloud providers' are: k8s.io/cloud-provider v0.34, controllers/service. */
import { type k8s, keyOf, parseKey, resources } from '../../api/index.ts'
import { type Client, openInformer, recordEvent, runController, source } from '../../client/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import { claimedBy, claimsOf, wantsAddress } from './claims.ts'
import type { HeldPorts } from './held-ports.ts'

export interface LoadBalancerOptions {
  client: Client
  clock: Clock
  logger: Logger
  nodeName: string
  /** Given out where the node has no address but 127.0.0.1. */
  bridgeAddress: string
  held: HeldPorts
  signal: AbortSignal
}

/** What the addresses are written as: one that somebody else wrote is left alone. */
const FIELD_MANAGER = 'naru-load-balancer'
const COMPONENT = 'service-controller'
/** A program of the machine says nothing when it lets go of a port. */
const TRY_AGAIN_MS = 15_000

/** Resolves when `signal` has aborted and the Services in hand are done; addresses stay, as the rules do. */
export async function runLoadBalancers(options: LoadBalancerOptions): Promise<void> {
  const { client, clock, logger, signal, nodeName, held } = options
  await using stack = new AsyncDisposableStack()
  const common = { signal, clock, logger }
  const services = stack.use(
    await openInformer(client, resources.services, { ...common, fieldSelector: 'spec.type=LoadBalancer' }),
  )
  const nodes = stack.use(
    await openInformer(client, resources.nodes, { ...common, fieldSelector: `metadata.name=${nodeName}` }),
  )
  /** Services that wait for a port, and what they were told. */
  const waiting = new Map<string, string>()

  function nodeAddress(): string | undefined {
    const [node] = nodes.list()
    const address = node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    return address === '127.0.0.1' ? options.bridgeAddress : address
  }

  async function reconcile(key: string): Promise<number | undefined> {
    const service = services.get(parseKey(key))
    if (service === undefined || !wantsAddress(service) || !isOurs(service)) {
      waiting.delete(key)
      await held.release(key)
      return undefined
    }
    const address = nodeAddress()
    if (address === undefined) return undefined
    const problem = await obstacle(service, address)
    if (problem !== undefined) {
      await held.release(key)
      await setAddress(service, undefined)
      if (waiting.get(key) !== problem)
        await tell(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: ${problem}`)
      waiting.set(key, problem)
      return TRY_AGAIN_MS
    }
    waiting.delete(key)
    if (await setAddress(service, address))
      await tell(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
    return undefined
  }

  /** Why the Service cannot have its ports; undefined: it has them now. */
  async function obstacle(service: k8s.Service, address: string): Promise<string | undefined> {
    const claims = claimsOf(service)
    const key = keyOf(service)
    if (held.holds(key, address, claims)) {
      // Ports that it no longer claims are let go.
      return held.hold(key, address, claims)
    }
    const [all, pods] = await Promise.all([
      client.list(resources.services, { signal }),
      client.list(resources.pods, { fieldSelector: `spec.nodeName=${nodeName}`, signal }),
    ])
    const taken = claimedBy(service, { services: all.items, pods: pods.items, address })
    return taken ?? held.hold(key, address, claims)
  }

  /** Resolves to whether there was anything to write. */
  async function setAddress(service: k8s.Service, address: string | undefined): Promise<boolean> {
    const present = service.status?.loadBalancer?.ingress ?? []
    const isThere = address === undefined ? present.length === 0 : present.length === 1 && present[0]?.ip === address
    if (isThere) return false
    const ingress = address === undefined ? null : [{ ip: address, ipMode: 'VIP' }]
    await client.patch(
      resources.services,
      service.metadata,
      { metadata: { uid: service.metadata.uid }, status: { loadBalancer: { ingress } } },
      { subresource: 'status', fieldManager: FIELD_MANAGER },
    )
    return true
  }

  const tell = (regarding: k8s.Service, type: 'Normal' | 'Warning', reason: string, message: string) =>
    recordEvent(client, { clock, component: COMPONENT, regarding, type, reason, message })

  await runController({
    name: 'load-balancer',
    ...common,
    sources: [
      // Whoever lets go of a port may make room for one that waits.
      source(services, (service) => [keyOf(service), ...waiting.keys()]),
      source(nodes, () => services.list().map((service) => keyOf(service))),
    ],
    reconcile,
  })
}

/** Nobody gave it an address, or we did. */
function isOurs({ metadata, status }: k8s.Service): boolean {
  if (!status?.loadBalancer?.ingress?.length) return true
  return (metadata.managedFields ?? []).some(({ manager, subresource, fieldsV1 }) => {
    const fields = fieldsV1 as { 'f:status'?: { 'f:loadBalancer'?: object } } | undefined
    return (
      manager === FIELD_MANAGER && subresource === 'status' && fields?.['f:status']?.['f:loadBalancer'] !== undefined
    )
  })
}
