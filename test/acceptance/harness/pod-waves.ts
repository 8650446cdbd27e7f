/** Many pods at once: made, waited for, deleted, waited for. */
import { isApiError, type k8s, resources } from '../../../src/api/index.ts'
import type { Client } from '../../../src/client/index.ts'
import { eventually } from './command.ts'
import { pausePod } from './pause-pods.ts'
import { isReady } from './ready.ts'

const NAMESPACE = 'default'

/** Resolves, with how long it took, when `count` pods run and are ready. */
export async function startPods(client: Client, count: number, prefix = 'pod'): Promise<number> {
  const begun = performance.now()
  const names = Array.from({ length: count }, (_, n) => `${prefix}-${n}`)
  await Promise.all(names.map((name) => client.create(resources.pods, pausePod(name))))
  await eventually(
    `${count} pods are ready`,
    async () => {
      const { items } = await client.list<k8s.Pod>(resources.pods, { namespace: NAMESPACE })
      return items.filter(isReady).length === count
    },
    { timeoutMs: 300_000, everyMs: 250 },
  )
  return performance.now() - begun
}

/** Deletes every pod. Resolves, with how long it took, when there are none. */
export async function endPods(client: Client): Promise<number> {
  const begun = performance.now()
  const list = async () => (await client.list<k8s.Pod>(resources.pods, { namespace: NAMESPACE })).items
  for (const { metadata } of await list())
    await client.delete(resources.pods, metadata).catch((error: unknown) => {
      if (!isApiError(error, 'NotFound')) throw error
    })
  await eventually('no pod is left', async () => (await list()).length === 0, { timeoutMs: 300_000, everyMs: 250 })
  return performance.now() - begun
}
