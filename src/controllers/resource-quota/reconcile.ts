/** Brings the status of a quota up to what is used. */
import { type k8s, type KubeObject, parseKey, type Resource, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { isLess, sameStatus, statusOf } from './usage.ts'

/** What is charged is written a moment before the object it is for. Nothing is given back as long as charges come in. */
const SETTLE_MS = 25
const SETTLE_ROUNDS = 8
/** Kubernetes' resync period: what nobody was told of (a pod whose grace is over) counts then at last. */
export const RESYNC_MS = 300_000

export interface ResourceQuotaController {
  client: Client
  clock: Clock
  signal: AbortSignal
  quota: (ref: { namespace?: string | undefined; name: string }) => k8s.ResourceQuota | undefined
  tracked: (quota: k8s.ResourceQuota) => readonly Resource[]
  /** Undefined: not served. */
  objects: (resource: Resource, namespace: string) => Promise<readonly KubeObject[] | undefined>
}

/** Throws ApiError `Conflict` when the quota changed meanwhile. */
export async function reconcileQuota(controller: ResourceQuotaController, key: string): Promise<number | undefined> {
  const settled = await settle(controller, key)
  if (settled === undefined) return undefined
  const { quota, status } = settled
  if (!sameStatus(quota.status, status))
    await controller.client.updateStatus(resources.resourcequotas, { ...quota, status })
  return RESYNC_MS
}

interface Settled {
  quota: k8s.ResourceQuota
  status: k8s.ResourceQuotaStatus
}

async function settle(controller: ResourceQuotaController, key: string): Promise<Settled | undefined> {
  let seen: string | undefined
  for (let round = 0; ; round++) {
    const quota = controller.quota(parseKey(key))
    if (quota === undefined) return undefined
    const status = await measure(controller, quota)
    const { resourceVersion } = quota.metadata
    const isQuiet = seen === resourceVersion || round === SETTLE_ROUNDS
    if (isQuiet || !isLess(status, quota.status)) return { quota, status }
    seen = resourceVersion
    await controller.clock.sleep(SETTLE_MS, controller.signal)
  }
}

async function measure(
  { tracked, objects, clock }: ResourceQuotaController,
  quota: k8s.ResourceQuota,
): Promise<k8s.ResourceQuotaStatus> {
  const { namespace = '' } = quota.metadata
  const counted = await Promise.all(
    tracked(quota).map(async (resource) => ({ resource, objects: await objects(resource, namespace) })),
  )
  const served = counted.flatMap(({ resource, objects: found }) => (found ? [{ resource, objects: found }] : []))
  return statusOf(quota, served, clock.now())
}
