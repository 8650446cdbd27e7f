/** Makes and deletes daemon pods. */
import type { k8s } from '../../api/index.ts'
import { createPod, deletePod, slowStart } from '../pods/index.ts'
import type { DaemonSetControl } from './controller.ts'
import { newDaemonPod } from './daemon-pod.ts'
import type { Changes } from './plan-pods.ts'

/** At most so many pods at once; the next round does the rest. Source: BurstReplicas of pkg/controller/daemon, v1.34. */
const BURST_REPLICAS = 250

/** Throws the first failure when all has been tried: pods that cannot be made are no reason to keep others. */
export async function changePods(
  control: DaemonSetControl,
  daemonSet: k8s.DaemonSet,
  { changes, hash }: { changes: Changes; hash: string },
): Promise<void> {
  const nodes = changes.create.slice(0, BURST_REPLICAS)
  const made = slowStart(nodes.length, (index) => {
    const pod = newDaemonPod(daemonSet, { nodeName: nodes[index] ?? '', hash, random: control.random })
    return createPod(control, daemonSet, pod)
  })
  const deletions = async () => {
    const going = changes.delete.slice(0, BURST_REPLICAS)
    return await Promise.allSettled(going.map((pod) => deletePod(control, daemonSet, pod)))
  }
  const [creation] = await Promise.allSettled([made])
  for (const outcome of [creation, ...(await deletions())]) if (outcome.status === 'rejected') throw outcome.reason
}
