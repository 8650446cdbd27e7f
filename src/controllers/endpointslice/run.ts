/** Wires the endpoint slice controller: which changes ask for which services. */
import { keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { servicesSelecting } from '../objects/index.ts'
import { reconcileEndpointSlices, serviceOfSlice } from './reconcile.ts'

const CONCURRENCY = 5

export async function runEndpointSliceController(context: ControllerContext): Promise<void> {
  const { client, clock, informers } = context
  const [services, pods, nodes, slices] = await Promise.all([
    informers.of(resources.services),
    informers.of(resources.pods),
    informers.of(resources.nodes),
    informers.of(resources.endpointslices),
  ])
  const controller = { client, services, pods, nodes, slicesOf: slices.index(serviceOfSlice) }
  await runController({
    name: 'endpointslice',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(services, (service) => [keyOf(service)]),
      source(pods, (pod) => servicesSelecting(services, pod)),
      source(slices, serviceOfSlice),
    ],
    reconcile: (key) => reconcileEndpointSlices(controller, key),
  })
}
