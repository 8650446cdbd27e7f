/** Starts one container of a pod: image, configuration, create, start, postStart. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { sandboxConfig } from './config.ts'
import type { PodContext } from './context.ts'
import { hookFailure, runHook } from './hooks.ts'
import { type ContainerEvent, prepareContainer, type StartInput } from './prepare-container.ts'
import { stopContainer } from './stop-pod.ts'

/** Throws KubeletError whose reason becomes the container's waiting reason. */
export async function startContainer(context: PodContext, input: StartInput): Promise<void> {
  const { runtime, logsDir, clusterDns, cgroupRoot } = context
  const { pod, snapshot } = input
  const { container } = input.action
  const sandbox = snapshot.sandboxes[0]
  if (sandbox === undefined) throw new KubeletError('CreateContainerError', 'the pod has no sandbox')
  const event: ContainerEvent = (type, reason, message) =>
    context.event({ pod, container: container.name, type, reason, message })
  const failAs = (failure: 'CreateContainerError' | 'RunContainerError') => (cause: unknown) => {
    event('Warning', 'Failed', `Error: ${errorMessage(cause)}`)
    throw new KubeletError(failure, errorMessage(cause), { cause })
  }

  const config = await prepareContainer(context, input, event)
  const sandboxOf = sandboxConfig(pod, { attempt: sandbox.attempt, logsDir, clusterDns, cgroupRoot })
  await mkdir(join(sandboxOf.logDirectory, container.name), { recursive: true })
  const id = await runtime.createContainer(sandbox.id, config, sandboxOf).catch(failAs('CreateContainerError'))
  event('Normal', 'Created', `Created container: ${container.name}`)
  context.actuated.set(id, container.resources ?? {})
  await runtime.startContainer(id).catch(failAs('RunContainerError'))
  event('Normal', 'Started', `Started container ${container.name}`)
  await runPostStart(context, input, { id, sandboxId: sandbox.id, event })
}

/** A container whose postStart hook fails is stopped. */
async function runPostStart(
  context: PodContext,
  { pod, action, snapshot, signal }: StartInput,
  { id, sandboxId, event }: { id: string; sandboxId: string; event: ContainerEvent },
): Promise<void> {
  const { runtime, node, clock } = context
  const { container } = action
  const { ips } = snapshot
  const postStart = container.lifecycle?.postStart
  if (!postStart) return
  const dial = (port: number) =>
    runtime.dialAddress(sandboxId, pod.spec.hostNetwork ? node.hostIP : (ips[0] ?? ''), port)
  try {
    await runHook(postStart, { runtime, containerId: id, container, dial }, { clock, signal })
  } catch (cause) {
    // What the hook said may be a secret: events do not tell it.
    event('Warning', 'FailedPostStartHook', 'PostStartHook failed')
    const found = await runtime.containerStatus(id)
    const status = found && { ...found, sandboxId }
    const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    if (status) await stopContainer(context, { pod, status, ips, graceMs, message: 'FailedPostStartHook' })
    const message = hookFailure(postStart, pod, { container: container.name, why: errorMessage(cause) })
    throw new KubeletError('PostStartHookError', message, { cause })
  }
}
