/** Starts the sandbox of a pod. */
import { mkdir } from 'node:fs/promises'
import { isApiError, type k8s, resources } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { clearSandboxes } from './clear-sandboxes.ts'
import { sandboxConfig } from './config.ts'
import type { PodContext } from './context.ts'
import { limitPod } from './pod-cgroup.ts'
import { containerResources } from './resources.ts'

/** Resolves when the pod's sandbox runs, with its network and the pod's own limits. Throws KubeletError
 *  `FailedCreatePodSandBox`. */
export async function createSandbox(
  context: PodContext,
  pod: k8s.Pod,
  { attempt, signal }: { attempt: number; signal: AbortSignal },
): Promise<void> {
  const { logsDir, clusterDns, cgroupRoot } = context
  const runtimeHandler = await runtimeHandlerOf(context, pod)
  const config = sandboxConfig(pod, { attempt, logsDir, clusterDns, cgroupRoot, runtimeHandler })
  await mkdir(config.logDirectory, { recursive: true })
  try {
    if (attempt > 0) await clearSandboxes(context.runtime, config.pod.uid)
    await context.runtime.runSandbox(config)
    const { resources: whole, containers } = pod.spec
    if (whole?.limits && context.runtime.isolated) {
      const asOne = { name: '', ...containers[0], resources: whole }
      await limitPod(config.cgroupParent, containerResources(pod, asOne, context.node.memoryBytes))
    }
  } catch (error) {
    if (attempt === 0 && signal.aborted) return
    throw new KubeletError('FailedCreatePodSandBox', `Failed to create pod sandbox: ${errorMessage(error)}`, {
      cause: error,
    })
  }
}

/** What the pod's RuntimeClass calls the runtime's way of running it. Throws KubeletError `FailedCreatePodSandBox`. */
async function runtimeHandlerOf({ client }: PodContext, pod: k8s.Pod): Promise<string> {
  const name = pod.spec.runtimeClassName
  if (!name) return ''
  const found = await client.get(resources.runtimeclasses, { name }).catch((error: unknown) => {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  })
  if (found !== undefined) return found.handler
  const message = `Failed to create pod sandbox: failed to get sandbox runtime: RuntimeClass ${JSON.stringify(name)} not found`
  throw new KubeletError('FailedCreatePodSandBox', message)
}
