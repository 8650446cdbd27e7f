/** Wires the endpoint slice mirroring controller: Endpoints that users write, for services without selector, become
 *  the EndpointSlices that everything else reads. */
import { keyOf, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { mirrorEndpoints, serviceOfMirroredSlice } from './reconcile.ts'

const CONCURRENCY = 5

export async function runEndpointSliceMirroringController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, events } = context
  const [services, endpoints, slices] = await Promise.all([
    informers.of(resources.services),
    informers.of(resources.endpoints),
    informers.of(resources.endpointslices),
  ])
  const controller = {
    client,
    services,
    endpoints,
    slicesOf: slices.index(serviceOfMirroredSlice),
    record: events.for('endpoint-slice-mirroring-controller'),
  }
  await runController({
    name: 'endpointslice-mirroring',
    clock,
    logger: context.logger,
    signal: context.signal,
    concurrency: CONCURRENCY,
    sources: [
      source(services, (service) => [keyOf(service)]),
      source(endpoints, (object) => [keyOf(object)]),
      source(slices, serviceOfMirroredSlice),
    ],
    reconcile: (key) => mirrorEndpoints(controller, key),
  })
}
