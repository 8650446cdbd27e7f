/** Ends containers and whole pods: preStop, the stop signal, the grace period, the kill. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { removeVolumes } from '../volumes/volumes.ts'
import type { PodContext } from './context.ts'
import { runHook } from './hooks.ts'
import { podLogDirectory } from './names.ts'
import type { PodSnapshot } from './snapshot.ts'
import type { PodIdentity } from '../runtime/runtime.ts'

/** A container that was asked to end has at least so long after a slow preStop. */
const LEAST_GRACE_MS = 2_000

export interface StopInput {
  pod: k8s.Pod
  status: ContainerStatus
  ips: readonly string[]
  graceMs: number
  /** What the Killing event says; left out: `Stopping container <name>`. */
  message?: string
}

export async function stopContainer(context: PodContext, input: StopInput): Promise<void> {
  const { runtime, clock } = context
  const { pod, status, graceMs } = input
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
    ({ name }) => name === status.name,
  )
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    context.event({ pod, container: status.name, type, reason, message })
  say('Normal', 'Killing', input.message ?? `Stopping container ${status.name}`)
  const startedAtMs = clock.now()
  const preStop = container?.lifecycle?.preStop
  if (container !== undefined && preStop && graceMs > 0) {
    const ip = pod.spec.hostNetwork ? context.node.hostIP : (input.ips[0] ?? '')
    const dial = (port: number) => runtime.dialAddress(status.sandboxId, ip, port)
    const target = { runtime, containerId: status.id, container, dial }
    await runHook(preStop, target, { clock, limitMs: graceMs }).catch((error: unknown) =>
      say('Warning', 'FailedPreStopHook', `PreStopHook failed: ${errorMessage(error)}`),
    )
  }
  const left = Math.max(graceMs - (clock.now() - startedAtMs), graceMs === 0 ? 0 : LEAST_GRACE_MS)
  await runtime.stopContainer(status.id, left)
  context.prober.stop(status.id)
}

/** Ends every running container side by side (sidecars after the others, last first), then the sandboxes. */
export async function stopPod(
  context: PodContext,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  graceMs: number,
): Promise<void> {
  const running = snapshot.containers.filter(({ state }) => state === 'running')
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  const isSidecar = (status: ContainerStatus) => sidecars.some(({ name }) => name === status.name)
  const stop = (status: ContainerStatus) => stopContainer(context, { pod, status, ips: snapshot.ips, graceMs })
  await Promise.all(running.filter((status) => !isSidecar(status)).map(stop))
  for (const sidecar of sidecars.toReversed())
    for (const status of running) if (status.name === sidecar.name) await stop(status)
  await Promise.all(
    snapshot.sandboxes.filter(({ state }) => state === 'ready').map(({ id }) => context.runtime.stopSandbox(id)),
  )
}

/** Removes all that is left of a pod that has ended: records, volumes, logs. Idempotent. */
export async function removePod(context: PodContext, pod: PodIdentity, snapshot: PodSnapshot): Promise<void> {
  for (const { id } of snapshot.containers) {
    context.prober.stop(id)
    await context.runtime.removeContainer(id)
  }
  for (const { id } of snapshot.sandboxes) {
    await context.runtime.stopSandbox(id)
    await context.runtime.removeSandbox(id)
  }
  await removeVolumes(join(context.podsDir, pod.uid))
  await rm(podLogDirectory(context.logsDir, pod), { recursive: true, force: true })
  context.backoff.forget(`${pod.uid}/`)
}
