/** Reads what is stored of a Service that a webhook is behind. */
import { resources } from '../../api/index.ts'
import type { k8s } from '../../api/index.ts'
import type { Store } from '../../store/index.ts'
import { objectKey, prefixOf } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import type { Randomness } from '../server/randomness.ts'
import { type Address, resolveService } from './resolve-service.ts'
import type { WebhookService } from './webhook-config.ts'

const OWNING_SERVICE = 'kubernetes.io/service-name'

/** The address of a Service right now. Throws an Error that says why there is none. */
export async function findService(
  { store, randomness }: { store: Store; randomness: Randomness },
  { namespace, name }: WebhookService,
  port: number,
): Promise<Address> {
  const [entry, slices] = await Promise.all([
    store.get(objectKey(resources.services, { namespace, name })),
    store.list(prefixOf(resources.endpointslices, namespace)),
  ])
  const state = {
    service: entry && (decodeEntry(entry) as unknown as k8s.Service),
    slices: slices.entries
      .filter(({ value }) => value.includes(OWNING_SERVICE))
      .map((slice) => decodeEntry(slice) as unknown as k8s.EndpointSlice)
      .filter(({ metadata }) => metadata.labels?.[OWNING_SERVICE] === name),
  }
  return resolveService(state, { name, port }, (n) => randomness.below(n))
}
