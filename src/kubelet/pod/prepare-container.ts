/** What the runtime needs to know of a container to make it: image, variables, mounts. */
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import type { ContainerConfig, Mount } from '../runtime/runtime.ts'
import { containerMounts } from '../volumes/container-mounts.ts'
import { containerConfig } from './config.ts'
import { configSource } from './config-source.ts'
import type { PodContext } from './context.ts'
import type { StartContainer } from './decide.ts'
import { containerEnv } from './env.ts'
import { hostsMount } from './hosts-file.ts'
import { ensureImage } from './images.ts'
import { podIdentity } from './names.ts'
import { pullCredentials } from './pull-secrets.ts'
import { serviceEnv } from './service-env.ts'
import type { PodSnapshot } from './snapshot.ts'
import { terminationMessageFile, terminationMessageMount } from './termination-message.ts'

export interface StartInput {
  pod: k8s.Pod
  action: StartContainer
  snapshot: PodSnapshot
  volumes: ReadonlyMap<string, string>
  signal: AbortSignal
}

export type ContainerEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** Throws KubeletError, or why variables or mounts cannot be made, after an event that says so. */
export async function prepareContainer(
  context: PodContext,
  input: StartInput,
  event: ContainerEvent,
): Promise<ContainerConfig> {
  const { pod, action } = input
  const { container, attempt, targetId } = action
  const { uid } = podIdentity(pod)
  const credentials = (host: string) => pullCredentials(context, pod, container, host)
  const image = await ensureImage(container, uid, { ...context, credentials, event, signal: input.signal }).catch(
    (error: unknown) => {
      if (error instanceof KubeletError) event('Warning', 'Failed', `Error: ${error.reason}`)
      throw error
    },
  )
  const tellFailure = (error: unknown): never => {
    event('Warning', 'Failed', `Error: ${errorMessage(error)}`)
    throw error
  }
  const env = await envOf(context, input).catch(tellFailure)
  const podDir = join(context.podsDir, uid)
  const mayMount = context.runtime.isolated
  const { volumes } = input
  const recursively = () => context.runtime.mountsReadOnlyRecursively()
  const volumeMounts = await containerMounts({ pod, container, volumes, env, podDir, mayMount, recursively }).catch(
    tellFailure,
  )
  const mounts = [...volumeMounts, ...(await ownMounts(context, input, podDir))]
  const { seccompDir, node } = context
  return containerConfig(pod, container, {
    attempt,
    image,
    env,
    machineMemoryBytes: node.memoryBytes,
    seccompDir,
    targetId,
    mounts,
  })
}

async function envOf(context: PodContext, { pod, action, snapshot }: StartInput): Promise<Map<string, string>> {
  const { node } = context
  return await containerEnv({
    pod,
    container: action.container,
    node,
    config: configSource(context, pod),
    podIPs: pod.spec.hostNetwork ? [node.hostIP] : snapshot.ips,
    base: { ...context.baseEnv, ...serviceEnv(context.services(), pod) },
  })
}

/** What every container has beside its volumes. */
async function ownMounts(
  { runtime, clusterDns }: PodContext,
  { pod, action: { container, attempt }, snapshot }: StartInput,
  podDir: string,
): Promise<Mount[]> {
  const message = await terminationMessageMount(container, terminationMessageFile(podDir, container.name, attempt))
  if (!runtime.isolated) return [message]
  const clusterDomain = clusterDns?.domain ?? 'cluster.local'
  return [message, ...(await hostsMount(pod, container, { podDir, podIPs: snapshot.ips, clusterDomain }))]
}
