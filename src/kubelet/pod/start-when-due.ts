/** A container's start as the kubelet tries it: not before its back-off is over, and what it waits for is remembered. */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'
import { removeLogs } from '../logs/remove-logs.ts'
import { goDuration } from './backoff.ts'
import type { PodContext } from './context.ts'
import type { PodAction } from './decide.ts'
import { imageBackoffKey } from './images.ts'
import { containerLogPath, podIdentity, podLogDirectory } from './names.ts'
import { latest, type PodSnapshot } from './snapshot.ts'
import { startContainer } from './start-container.ts'
import type { Waiting } from './container-status.ts'

/** After a failure that no other back-off is for: doubling, no longer than the kubelet's own. */
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000
/** The longest between two looks at a container that waits for its image. */
const PULL_RETRY_MS = 15_000

export interface DueStart {
  pod: k8s.Pod
  snapshot: PodSnapshot
  /** Volume name → directory on this machine. */
  volumes: ReadonlyMap<string, string>
  action: Extract<PodAction, { type: 'startContainer' }>
  /** Container name → why it does not run; kept up to date here. */
  waiting: Map<string, Waiting>
  signal: AbortSignal
}

/** Resolves to undefined once it is started, else to how long until the next try, in milliseconds. */
export async function startWhenDue(context: PodContext, start: DueStart): Promise<number | undefined> {
  const { backoff, clock } = context
  const { pod, snapshot, volumes, action, waiting, signal } = start
  const { container, failedAtMs } = action
  const key = `${pod.metadata.uid}/container/${container.name}`
  if (failedAtMs !== undefined) {
    const wait = backoff.waiting(key, failedAtMs, clock.now())
    if (wait !== undefined) {
      const { name, namespace, uid } = podIdentity(pod)
      const subject = `container=${container.name} pod=${name}_${namespace}(${uid})`
      const message = `back-off ${goDuration(wait.delayMs)} restarting failed ${subject}`
      if (waiting.get(container.name)?.reason !== 'CrashLoopBackOff')
        context.event({
          pod,
          container: container.name,
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
        })
      waiting.set(container.name, { reason: 'CrashLoopBackOff', message })
      return wait.remainingMs
    }
    backoff.next(key, clock.now(), failedAtMs)
  }
  try {
    await startContainer(context, { pod, action, snapshot, volumes, signal })
    waiting.delete(container.name)
    await removeOldContainers(context, pod, snapshot, container.name)
    return undefined
  } catch (error) {
    if (!(error instanceof KubeletError)) throw error
    const { reason, message } = error
    const before = waiting.get(container.name)
    const tries = before?.reason === reason && before.message === message ? (before.tries ?? 0) + 1 : 0
    waiting.set(container.name, { reason, message, tries })
    const image = imageBackoffKey(pod.metadata.uid ?? '', container.image ?? '')
    const pull = backoff.waiting(image, backoff.lastUpdate(image) ?? 0, clock.now())
    if (pull === undefined) return Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** tries)
    return Math.min(PULL_RETRY_MS, Math.max(pull.remainingMs, 1))
  }
}

/** Keeps the end that `lastState` and `kubectl logs --previous` tell of, and no older ones. Source: Kubernetes v1.34,
 *  pkg/kubelet/kuberuntime/kuberuntime_gc.go (logs go with their container). */
async function removeOldContainers(
  context: PodContext,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  name: string,
): Promise<void> {
  const kept = latest(snapshot, name)?.id
  const logs = podLogDirectory(context.logsDir, podIdentity(pod))
  for (const { id, state, attempt } of snapshot.containers.filter((status) => status.name === name))
    if (id !== kept && state !== 'running') {
      context.actuated.delete(id)
      await context.runtime.removeContainer(id)
      await removeLogs(join(logs, containerLogPath(name, attempt)))
    }
}
