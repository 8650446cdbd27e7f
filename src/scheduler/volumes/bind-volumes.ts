/** What is left to do between choosing a node and binding the pod to it: its open claims get volumes there. Others do
 *  that; here they are told which, and waited for. Source: kube-scheduler v1.34, plugins/volumebinding (BindPodVolumes). */
import { type k8s, keyOf, resources, volumeAnnotations } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import type { NodeInfo } from '../snapshot.ts'
import { isFullyBound, podClaims, volumesOnNode } from './pod-claims.ts'
import type { StorageView } from './storage-view.ts'

const { BOUND_BY_CONTROLLER, SELECTED_NODE } = volumeAnnotations

/** As long as kube-scheduler waits (bindTimeoutSeconds). */
const TIMEOUT_MS = 600_000

export interface BindVolumesOptions {
  client: Client
  clock: Clock
  storage: StorageView
  signal: AbortSignal
  /** Resolves at the next change of storage, or when `signal` aborts. */
  nextChange: (signal: AbortSignal) => Promise<void>
  /** Whether the pod is still to be placed. */
  isWaiting: () => boolean
}

/** Resolves when all claims of the pod are bound. Throws where that cannot be, or not in time. */
export async function bindVolumes(options: BindVolumesOptions, pod: k8s.Pod, node: NodeInfo): Promise<void> {
  const { client, clock, storage, signal } = options
  const claims = podClaims(pod, storage)
  if (claims === undefined) return
  if (typeof claims === 'string') throw new Error(claims)
  if (claims.open.length === 0) return
  const provisioned: k8s.PersistentVolumeClaim[] = []
  for (const [claim, volume] of volumesOnNode(claims, storage, node)) {
    if (volume !== undefined) await reserve(client, volume, claim)
    else provisioned.push(await choose(client, claim, node.name))
  }
  const deadlineMs = clock.now() + TIMEOUT_MS
  const done = new AbortController()
  const late = AbortSignal.any([signal, done.signal])
  void clock.sleep(TIMEOUT_MS, late).then(() => done.abort())
  await using stack = new AsyncDisposableStack()
  stack.defer(() => done.abort())
  for (;;) {
    if (signal.aborted || !options.isWaiting()) throw new Error('pod does not exist any more')
    const now = claims.open.map(({ metadata }) => storage.claim(metadata))
    if (now.every((claim) => claim !== undefined && isFullyBound(claim))) return
    const undone = provisioned.find((claim) => {
      const current = storage.claim(claim.metadata)
      // Until it has come back to us, our own write is not undone but unseen.
      const isSeen = Number(current?.metadata.resourceVersion) >= Number(claim.metadata.resourceVersion)
      return current === undefined || (isSeen && current.metadata.annotations?.[SELECTED_NODE] !== node.name)
    })
    if (undone !== undefined) throw new Error(`provisioning failed for PVC ${JSON.stringify(undone.metadata.name)}`)
    if (clock.now() >= deadlineMs) throw new Error(`timed out waiting for the volumes of pod ${keyOf(pod)}`)
    await options.nextChange(late)
  }
}

async function reserve(client: Client, volume: k8s.PersistentVolume, claim: k8s.PersistentVolumeClaim): Promise<void> {
  const { name, namespace, uid, resourceVersion } = claim.metadata
  if (volume.spec.claimRef?.uid === uid) return
  const isReserved = volume.spec.claimRef !== undefined
  const annotations = { ...volume.metadata.annotations, ...(!isReserved && { [BOUND_BY_CONTROLLER]: 'yes' }) }
  const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion }
  await client.update(resources.persistentvolumes, {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef },
  })
}

async function choose(client: Client, claim: k8s.PersistentVolumeClaim, node: string) {
  const { annotations } = claim.metadata
  if (annotations?.[SELECTED_NODE] === node) return claim
  const metadata = { ...claim.metadata, annotations: { ...annotations, [SELECTED_NODE]: node } }
  return client.update(resources.persistentvolumeclaims, { ...claim, metadata })
}
