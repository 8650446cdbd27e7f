/** Starts one container of a pod: image, configuration, create, start, postStart. */
import { mkdir, writeFile, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { containerMounts } from '../volumes/container-mounts.ts'
import { containerConfig, sandboxConfig } from './config.ts'
import type { PodContext } from './context.ts'
import type { StartContainer } from './decide.ts'
import { type ConfigSource, containerEnv } from './env.ts'
import { hookFailure, runHook } from './hooks.ts'
import { ensureImage } from './images.ts'
import { hostsMount } from './hosts-file.ts'
import { podIdentity } from './names.ts'
import { pullCredentials } from './pull-secrets.ts'
import { serviceEnv } from './service-env.ts'
import type { PodSnapshot } from './snapshot.ts'
import { stopContainer } from './stop-pod.ts'

export const terminationMessageFile = (podDir: string, container: string, attempt: number): string =>
  join(podDir, 'messages', `${container}.${attempt}`)

/** Reads each ConfigMap and Secret at most once. */
export function configSource(context: PodContext, pod: k8s.Pod): ConfigSource {
  const namespace = pod.metadata.namespace ?? 'default'
  const once = <T>(read: (name: string) => Promise<T>) => {
    const seen = new Map<string, Promise<T | undefined>>()
    return (name: string) => {
      const known = seen.get(name)
      if (known !== undefined) return known
      const reading = read(name).catch((error: unknown) => {
        if (isApiError(error, 'NotFound')) return undefined
        throw error
      })
      seen.set(name, reading)
      return reading
    }
  }
  return {
    configMap: once((name) => context.client.get(resources.configmaps, { namespace, name })),
    secret: once((name) => context.client.get(resources.secrets, { namespace, name })),
  }
}

export interface StartInput {
  pod: k8s.Pod
  action: StartContainer
  snapshot: PodSnapshot
  volumes: ReadonlyMap<string, string>
  signal: AbortSignal
}

/** Throws KubeletError whose reason becomes the container's waiting reason. */
export async function startContainer(context: PodContext, input: StartInput): Promise<void> {
  const { runtime, node } = context
  const { pod, action, snapshot } = input
  const { container, attempt } = action
  const identity = podIdentity(pod)
  const sandbox = snapshot.sandboxes[0]
  if (sandbox === undefined) throw new KubeletError('CreateContainerError', 'the pod has no sandbox')
  const event = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    context.event({ pod, container: container.name, type, reason, message })

  const credentials = (host: string) => pullCredentials(context, pod, container, host)
  const image = await ensureImage(container, identity.uid, {
    ...context,
    credentials,
    event,
    signal: input.signal,
  }).catch((error: unknown) => {
    if (error instanceof KubeletError) event('Warning', 'Failed', `Error: ${error.reason}`)
    throw error
  })

  const env = await containerEnv({
    pod,
    container,
    node,
    config: configSource(context, pod),
    podIPs: pod.spec.hostNetwork ? [node.hostIP] : snapshot.ips,
    base: { ...context.baseEnv, ...serviceEnv(context.services(), pod) },
  }).catch((error: unknown) => {
    event('Warning', 'Failed', `Error: ${errorMessage(error)}`)
    throw error
  })
  const podDir = join(context.podsDir, identity.uid)
  const mounts = await containerMounts({
    pod,
    container,
    volumes: input.volumes,
    env,
    podDir,
    mayMount: runtime.isolated,
  }).catch((error: unknown) => {
    event('Warning', 'Failed', `Error: ${errorMessage(error)}`)
    throw error
  })
  const messageFile = terminationMessageFile(podDir, container.name, attempt)
  await mkdir(join(podDir, 'messages'), { recursive: true })
  await writeFile(messageFile, '')
  await chmod(messageFile, 0o666)
  const clusterDomain = context.clusterDns?.domain ?? 'cluster.local'
  const hosts = runtime.isolated
    ? await hostsMount(pod, container, { podDir, podIPs: snapshot.ips, clusterDomain })
    : []
  const config = containerConfig(pod, container, {
    attempt,
    image,
    env,
    machineMemoryBytes: node.memoryBytes,
    seccompDir: context.seccompDir,
    targetId: action.targetId,
    mounts: [
      ...mounts,
      {
        containerPath: container.terminationMessagePath || '/dev/termination-log',
        hostPath: messageFile,
        readOnly: false,
        propagation: 'private',
      },
      ...hosts,
    ],
  })
  const { logsDir, clusterDns, cgroupRoot } = context
  const sandboxOf = sandboxConfig(pod, { attempt: sandbox.attempt, logsDir, clusterDns, cgroupRoot })
  await mkdir(join(sandboxOf.logDirectory, container.name), { recursive: true })

  const id = await runtime.createContainer(sandbox.id, config, sandboxOf).catch((error: unknown) => {
    event('Warning', 'Failed', `Error: ${errorMessage(error)}`)
    throw new KubeletError('CreateContainerError', errorMessage(error), { cause: error })
  })
  event('Normal', 'Created', `Created container: ${container.name}`)
  context.actuated.set(id, container.resources ?? {})
  await runtime.startContainer(id).catch((error: unknown) => {
    event('Warning', 'Failed', `Error: ${errorMessage(error)}`)
    throw new KubeletError('RunContainerError', errorMessage(error), { cause: error })
  })
  event('Normal', 'Started', `Started container ${container.name}`)

  const postStart = container.lifecycle?.postStart
  if (!postStart) return
  const dial = (port: number) =>
    runtime.dialAddress(sandbox.id, pod.spec.hostNetwork ? node.hostIP : (snapshot.ips[0] ?? ''), port)
  try {
    await runHook(
      postStart,
      { runtime, containerId: id, container, dial },
      { clock: context.clock, signal: input.signal },
    )
  } catch (error) {
    // What the hook said may be a secret: events do not tell it.
    event('Warning', 'FailedPostStartHook', 'PostStartHook failed')
    const status = await runtime.containerStatus(id)
    const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
    if (status !== undefined)
      await stopContainer(context, {
        pod,
        status: { ...status, sandboxId: sandbox.id },
        ips: snapshot.ips,
        graceMs,
        message: 'FailedPostStartHook',
      })
    const why = errorMessage(error)
    throw new KubeletError('PostStartHookError', hookFailure(postStart, pod, { container: container.name, why }), {
      cause: error,
    })
  }
}
