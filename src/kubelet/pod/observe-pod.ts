/** A look at what the runtime has of a pod, on which all that follows is decided. */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { findContainer, podContainerStatuses } from './containers.ts'
import type { PodContext } from './context.ts'
import { podIdentity, podLogDirectory } from './names.ts'
import { type PodSnapshot, takeSnapshot } from './snapshot.ts'
import { terminationMessage, terminationMessageFile } from './termination-message.ts'

/** The pod's snapshot, ends with their messages, running containers under probes. */
export async function observePod(context: PodContext, pod: k8s.Pod): Promise<PodSnapshot> {
  const identity = podIdentity(pod)
  const snapshot = await takeSnapshot(context.runtime, identity.uid)
  const podDir = join(context.podsDir, identity.uid)
  const statuses = podContainerStatuses(pod)
  for (const status of snapshot.containers) {
    const container = findContainer(pod, status.name)?.container
    if (container === undefined) continue
    if (status.state === 'exited') {
      context.prober.stop(status.id)
      if (status.message !== '') continue
      const logFile = join(podLogDirectory(context.logsDir, identity), status.name, `${status.attempt}.log`)
      const messageFile = terminationMessageFile(podDir, status.name, status.attempt)
      status.message = await terminationMessage(container, { messageFile, logFile }, status.exitCode)
    } else if (status.state === 'running' && pod.metadata.deletionTimestamp == null) {
      const known = statuses.find(({ containerID }) => containerID === `${context.idPrefix}${status.id}`)
      const ip = pod.spec.hostNetwork ? context.node.hostIP : (snapshot.ips[0] ?? '')
      context.prober.watch({
        runtime: context.runtime,
        containerId: status.id,
        container,
        pod,
        startedAtMs: status.startedAtMs,
        wasReady: known?.ready ?? false,
        wasStarted: known?.started ?? false,
        dial: (port) => context.runtime.dialAddress(status.sandboxId, ip, port),
      })
    }
  }
  return snapshot
}
