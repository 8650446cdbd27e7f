/** Takes away what runs without a pod in the API: it was deleted while we were away, or by force. */
import type { PodIdentity } from '../runtime/runtime.ts'
import type { PodContext } from './context.ts'
import { podsOnDisk } from './leftovers.ts'
import { POD_NAME_LABEL, POD_NAMESPACE_LABEL } from './names.ts'
import { type PodSnapshot, takeSnapshot } from './snapshot.ts'
import { LEAST_GRACE_MS, removePod } from './stop-pod.ts'

export async function removeOrphan(context: PodContext, uid: string): Promise<void> {
  const { runtime } = context
  const snapshot = await takeSnapshot(runtime, uid)
  const identity = await identityOf(context, uid, snapshot)
  const running = snapshot.containers.filter(({ state }) => state === 'running')
  await Promise.all(running.map(({ id }) => runtime.stopContainer(id, LEAST_GRACE_MS)))
  await removePod(context, identity, snapshot)
}

/** As its sandbox, a container or its logs tell; nobody else knows any more. */
async function identityOf(context: PodContext, uid: string, snapshot: PodSnapshot): Promise<PodIdentity> {
  const [sandbox] = snapshot.sandboxes
  if (sandbox !== undefined) return { ...sandbox.pod, uid }
  const labels = snapshot.containers[0]?.labels
  const onDisk = (await podsOnDisk(context)).get(uid)
  return {
    uid,
    name: labels?.[POD_NAME_LABEL] ?? onDisk?.name ?? '',
    namespace: labels?.[POD_NAMESPACE_LABEL] ?? onDisk?.namespace ?? '',
  }
}
