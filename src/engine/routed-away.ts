/** Whether Services still lead to pods that are about to end. */
import { type k8s, resources } from '../api/index.ts'
import type { Client } from '../client/index.ts'
import type { Clock } from '../lib/index.ts'

const LOOK_MS = 50

/** Resolves when no EndpointSlice has one of these pods as serving (which tells of the pod also where a Service takes
 *  pods that are not ready), or when `signal` aborts. */
export async function untilRoutedAway(
  client: Client,
  podUids: readonly string[],
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const pods = new Set(podUids)
  const serves = ({ conditions, targetRef }: k8s.Endpoint) =>
    pods.has(targetRef?.uid ?? '') && (conditions?.serving ?? conditions?.ready ?? true)
  while (!signal.aborted) {
    const { items } = await client.list(resources.endpointslices)
    if (!items.some(({ endpoints }) => (endpoints ?? []).some(serves))) return
    await clock.sleep(LOOK_MS, signal)
  }
}
