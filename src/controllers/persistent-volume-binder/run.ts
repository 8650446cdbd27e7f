/** Wires the binding of claims and volumes: one loop for both, one key at a time, so that two claims never reach for
 *  the same volume. */
import { claimKeysOf, type k8s, keyOf, parseKey, refKey, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ControllerContext } from '../context.ts'
import type { VolumeBinder } from './binder.ts'
import { Operations } from './operations.ts'
import { syncClaim } from './sync-claim.ts'
import { syncVolume } from './sync-volume.ts'

const CLAIM = 'claim:'
const VOLUME = 'volume:'

/** A claim that waits says so again, before the event about it has passed. Milliseconds. */
const REMIND_MS = 5 * 60_000
/** When the API could not be told how the reclaiming of a volume went. */
const RETRY_MS = 1_000

export async function runPersistentVolumeBinder(context: ControllerContext): Promise<void> {
  const { client, informers } = context
  const [claims, volumes, classes, pods] = await Promise.all([
    informers.of(resources.persistentvolumeclaims),
    informers.of(resources.persistentvolumes),
    informers.of(resources.storageclasses),
    informers.of(resources.pods),
  ])
  const claimKey = (claim: k8s.PersistentVolumeClaim) => CLAIM + keyOf(claim)
  const volumeKey = ({ metadata }: k8s.PersistentVolume) => VOLUME + metadata.name
  const referenceKey = ({ spec }: k8s.PersistentVolume) =>
    spec.claimRef === undefined ? [] : [refKey({ namespace: spec.claimRef.namespace, name: spec.claimRef.name ?? '' })]
  const volumesByClaim = volumes.index(referenceKey)
  const isOpen = ({ status, spec }: k8s.PersistentVolumeClaim) => status?.phase !== 'Bound' || !spec.volumeName
  const openClaims = () => claims.list().filter(isOpen).map(claimKey)
  const podsByClaim = pods.index(claimKeysOf)
  let lookAt: (key: string, afterMs?: number) => void = () => {}
  const operations = new Operations({
    failed(volume, error) {
      context.logger.warn({ volume, error: errorMessage(error) }, 'volume cannot be reclaimed, will retry')
      lookAt(VOLUME + volume, RETRY_MS)
    },
  })
  const binder: VolumeBinder = {
    client,
    record: context.events.for('persistentvolume-controller'),
    claim: (ref) => claims.get(ref),
    volume: (name) => volumes.get({ name }),
    volumes: () => volumes.list(),
    storageClass: (name) => classes.get({ name }),
    storageClasses: () => classes.list(),
    podsUsing: podsByClaim,
    operations,
    lookAtClaim: (key) => lookAt(CLAIM + key),
  }
  await runController({
    ...context,
    name: 'persistentvolume-binder',
    onQueue: (queue) => {
      lookAt = (key, afterMs = 0) => queue.addAfter(key, afterMs)
    },
    sources: [
      source(claims, (claim) => [
        claimKey(claim),
        ...volumesByClaim(keyOf(claim)).map(volumeKey),
        ...(claim.spec.volumeName ? [VOLUME + claim.spec.volumeName] : []),
      ]),
      source(volumes, (volume) => {
        const claimed = referenceKey(volume).map((key) => CLAIM + key)
        return [volumeKey(volume), ...(claimed.length > 0 ? claimed : openClaims())]
      }),
      source(classes, openClaims),
    ],
    async reconcile(key) {
      if (key.startsWith(VOLUME)) {
        const volume = volumes.get({ name: key.slice(VOLUME.length) })
        if (volume !== undefined) await syncVolume(binder, volume)
        return undefined
      }
      const claim = claims.get(parseKey(key.slice(CLAIM.length)))
      if (claim === undefined) return undefined
      await syncClaim(binder, claim)
      return isOpen(claim) ? REMIND_MS : undefined
    },
  })
  await operations.drain()
}
