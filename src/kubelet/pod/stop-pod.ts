/** Ends containers and whole pods: preStop, the stop signal, the grace period, the kill. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { invariant } from '../../lib/index.ts'
import type { ContainerStatus } from '../runtime/runtime.ts'
import { removeVolumes } from '../volumes/volumes.ts'
import { findContainer, isSidecar } from './containers.ts'
import type { PodContext } from './context.ts'
import { runHook } from './hooks.ts'
import { podCgroup, podLogDirectory } from './names.ts'
import { removeCgroup } from './remove-cgroup.ts'
import type { PodSnapshot } from './snapshot.ts'
import type { PodIdentity } from '../runtime/runtime.ts'

/** A container that is asked to end has at least so long, whatever was left of its grace period. */
export const LEAST_GRACE_MS = 2_000

export interface StopInput {
  pod: k8s.Pod
  status: ContainerStatus
  ips: readonly string[]
  graceMs: number
  /** What the Killing event says; left out: `Stopping container <name>`. */
  message?: string
  /** What has to end before this one is told to; waited for within the grace period, after preStop. */
  after?: readonly Promise<unknown>[]
  /** Aborts when the rest of the grace period is no longer to be given. */
  hurry?: AbortSignal | undefined
}

export async function stopContainer(context: PodContext, input: StopInput): Promise<void> {
  const { runtime, clock } = context
  const { pod, status, graceMs } = input
  const say = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    context.event({ pod, container: status.name, type, reason, message })
  say('Normal', 'Killing', input.message ?? `Stopping container ${status.name}`)
  context.prober.stopLiveness(status.id)
  const endsAtMs = clock.now() + graceMs
  const given = new AbortController()
  const hurried = new Promise<void>((resolve) => {
    if (input.hurry?.aborted) resolve()
    input.hurry?.addEventListener('abort', () => resolve(), { once: true, signal: given.signal })
  })
  try {
    if (graceMs > 0) {
      await Promise.race([runPreStop(context, input), hurried])
      const turn = Promise.allSettled(input.after ?? [])
      const late = clock.sleep(Math.max(0, endsAtMs - clock.now()), given.signal)
      if (input.after?.length) await Promise.race([turn, late, hurried])
    }
    const left = Math.max(endsAtMs - clock.now(), LEAST_GRACE_MS)
    const stopped = runtime.stopContainer(status.id, left)
    await Promise.race([stopped, hurried.then(() => runtime.stopContainer(status.id, LEAST_GRACE_MS))])
  } finally {
    given.abort()
  }
  context.prober.stop(status.id)
}

async function runPreStop(context: PodContext, { pod, status, graceMs, ips }: StopInput): Promise<void> {
  const { runtime, clock } = context
  const container = findContainer(pod, status.name)?.container
  const preStop = container?.lifecycle?.preStop
  if (container === undefined || !preStop) return
  const ip = pod.spec.hostNetwork ? context.node.hostIP : (ips[0] ?? '')
  const dial = (port: number) => runtime.dialAddress(status.sandboxId, ip, port)
  const target = { runtime, containerId: status.id, container, dial }
  await runHook(preStop, target, { clock, limitMs: graceMs }).catch(() =>
    context.event({
      pod,
      container: status.name,
      type: 'Warning',
      reason: 'FailedPreStopHook',
      message: 'PreStopHook failed',
    }),
  )
}

export interface StopPodOptions {
  graceMs: number
  hurry?: AbortSignal | undefined
}

/** Ends every running container side by side, then the sandboxes. Sidecars go on until the others have ended, and end
 *  last first. Source: Kubernetes v1.34, pkg/kubelet/kuberuntime/kuberuntime_termination_order.go. */
export async function stopPod(
  context: PodContext,
  pod: k8s.Pod,
  snapshot: PodSnapshot,
  { graceMs, hurry }: StopPodOptions,
): Promise<void> {
  const running = snapshot.containers.filter(({ state }) => state === 'running')
  const stop = (status: ContainerStatus, after: readonly Promise<unknown>[] = []) =>
    stopContainer(context, { pod, status, ips: snapshot.ips, graceMs, after, hurry })
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).toReversed()
  const of = (containers: readonly k8s.Container[]) =>
    containers.flatMap(({ name }) => running.filter((status) => status.name === name))
  const before = of(pod.spec.containers).map((status) => stop(status))
  const others = running.filter((status) => ![...of(pod.spec.containers), ...of(sidecars)].includes(status))
  for (const status of of(sidecars)) before.push(stop(status, [...before]))
  const ends = [...before, ...others.map((status) => stop(status))]
  await Promise.all(ends)
  await Promise.all(
    snapshot.sandboxes.filter(({ state }) => state === 'ready').map(({ id }) => context.runtime.stopSandbox(id)),
  )
}

/** Removes all that is left of a pod that has ended: records, control group, volumes, logs. Idempotent. */
export async function removePod(context: PodContext, pod: PodIdentity, snapshot: PodSnapshot): Promise<void> {
  // The directory of none would be that of all.
  invariant(pod.uid !== '', 'a pod that is removed has a uid')
  for (const { id } of snapshot.containers) {
    context.prober.stop(id)
    context.actuated.delete(id)
    await context.runtime.removeContainer(id)
  }
  for (const { id } of snapshot.sandboxes) {
    await context.runtime.stopSandbox(id)
    await context.runtime.removeSandbox(id)
  }
  if (context.cgroupRoot !== '') await removeCgroup(podCgroup(context.cgroupRoot, pod.uid))
  await removeVolumes(join(context.podsDir, pod.uid))
  await rm(podLogDirectory(context.logsDir, pod), { recursive: true, force: true })
  context.backoff.forget(`${pod.uid}/`)
}
