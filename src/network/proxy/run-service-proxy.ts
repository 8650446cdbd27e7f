/** Keeps the kernel's table equal to what Services and EndpointSlices ask for. */
import { resources } from '../../api/index.ts'
import { type Client, openInformer } from '../../client/index.ts'
import { findBinary } from '../../host/index.ts'
import type { Clock, Logger } from '../../lib/index.ts'
import type { HeldPorts } from '../load-balancer/held-ports.ts'
import { keepTable } from '../nft/keep-table.ts'
import { listTable } from '../nft/nft.ts'
import { forgetFlows, staleFlows } from './conntrack.ts'
import { FlowZones } from './flow-zones.ts'
import { HealthCheckServers } from './health-check-servers.ts'
import { compileRuleset, type RulesetOptions } from './ruleset.ts'
import { type Forwarding, forwardings, healthChecks, type ServiceState } from './service-map.ts'

export interface ServiceProxyOptions extends RulesetOptions {
  client: Client
  clock: Clock
  logger: Logger
  nodeName: string
  tableName: string
  /** The ports that load balancers have on this node. */
  held: HeldPorts
  signal: AbortSignal
  /** Called when the first table is in the kernel. */
  onReady?: () => void
}

/** Resolves when `signal` has aborted and the transaction in hand is done; the table stays, so that traffic goes on. */
export async function runServiceProxy(options: ServiceProxyOptions): Promise<void> {
  const { client, clock, logger, signal, nodeName, tableName, held } = options
  await using stack = new AsyncDisposableStack()
  const informerOptions = { signal, clock, logger }
  const services = stack.use(await openInformer(client, resources.services, informerOptions))
  const slices = stack.use(await openInformer(client, resources.endpointslices, informerOptions))
  const healthCheckServers = stack.use(new HealthCheckServers(logger))
  const hasLoopback: ServiceState['hasLoopback'] = (service, port) => held.hasLoopback(service, port)
  const state = () => ({ services: services.list(), endpointSlices: slices.list(), nodeName, hasLoopback })

  const canForget = (await findBinary('conntrack', { path: process.env.PATH })) !== undefined
  const zones = new FlowZones()
  let latest: Forwarding[] = []
  // What the table does already, as far as anyone can tell; where there is none, flows may go to the node's own ports.
  const present = await listTable(tableName).catch(() => undefined)
  let applied = present === undefined ? [] : forwardings(state())
  await keepTable({
    tableName,
    clock,
    logger,
    signal,
    wanted() {
      latest = forwardings(state())
      if (!canForget) zones.renew(staleFlows(applied, latest))
      return [...zones.objects(latest), ...compileRuleset(latest, options)]
    },
    onChange(handler) {
      services.onChange(handler)
      slices.onChange(handler)
      held.onChange(handler)
    },
    async onApplied() {
      const former = applied
      applied = latest
      options.onReady?.()
      await healthCheckServers.serve(healthChecks(state()))
      if (canForget) await forgetFlows(staleFlows(former, applied))
    },
  })
}
