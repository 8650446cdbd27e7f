/** Wires the endpoints controller: which changes ask for which services. */
import { keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { servicesSelecting } from '../objects/index.ts'
import { reconcileEndpoints } from './reconcile.ts'

const CONCURRENCY = 5

export async function runEndpointsController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [services, pods, endpoints] = await Promise.all([
    informers.of(resources.services),
    informers.of(resources.pods),
    informers.of(resources.endpoints),
  ])
  await runController({
    name: 'endpoints',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(services, (service) => [keyOf(service)]),
      source(pods, (pod) => servicesSelecting(services, pod)),
      source(endpoints, (object) => [keyOf(object)]),
    ],
    reconcile: (key) => reconcileEndpoints({ client, services, pods, endpoints }, key),
  })
}
