/** Wires the protection of claims (which pods use) and of volumes (which claims are bound to). */
import { claimKeysOf, type k8s, keyOf, parseKey, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { usesClaim } from './claim-use.ts'
import { type Protection, protect } from './protect.ts'

export async function runClaimProtection(context: ControllerContext): Promise<void> {
  const { client, informers } = context
  const resource = resources.persistentvolumeclaims
  const [claims, pods] = await Promise.all([informers.of(resource), informers.of(resources.pods)])
  const podsByClaim = pods.index(claimKeysOf)
  const protection: Protection<k8s.PersistentVolumeClaim> = {
    client,
    resource,
    finalizer: 'kubernetes.io/pvc-protection',
    async isUsed(claim) {
      if (podsByClaim(keyOf(claim)).some((pod) => usesClaim(pod, claim))) return true
      // The cache may not know of a pod yet: before a claim goes, the server is asked.
      const { items } = await client.list(resources.pods, { namespace: claim.metadata.namespace })
      return items.some((pod) => usesClaim(pod, claim))
    },
  }
  await runController({
    ...context,
    name: 'pvc-protection',
    sources: [source(claims, (claim) => [keyOf(claim)]), source(pods, claimKeysOf)],
    async reconcile(key) {
      const claim = claims.get(parseKey(key))
      if (claim !== undefined) await protect(protection, claim)
    },
  })
}

export async function runVolumeProtection(context: ControllerContext): Promise<void> {
  const { client, informers } = context
  const resource = resources.persistentvolumes
  const volumes = await informers.of(resource)
  const protection: Protection<k8s.PersistentVolume> = {
    client,
    resource,
    finalizer: 'kubernetes.io/pv-protection',
    isUsed: ({ status }) => status?.phase === 'Bound',
  }
  await runController({
    ...context,
    name: 'pv-protection',
    sources: [source(volumes, ({ metadata }) => [metadata.name])],
    async reconcile(name) {
      const volume = volumes.get({ name })
      if (volume !== undefined) await protect(protection, volume)
    },
  })
}
