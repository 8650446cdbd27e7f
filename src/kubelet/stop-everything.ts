/** Ends whatever still runs on this machine once pods were shut down: what outlived its time, and what belongs to no
 *  pod in the API. */
import { LEAST_GRACE_MS } from './pod/stop-pod.ts'
import type { ContainerRuntime } from './runtime/runtime.ts'

/** Resolves when nothing runs. */
export async function stopEverything(runtime: ContainerRuntime): Promise<void> {
  const containers = await runtime.listContainers()
  await Promise.all(containers.map((container) => runtime.stopContainer(container.id, LEAST_GRACE_MS)))
  const sandboxes = await runtime.listSandboxes()
  await Promise.all(sandboxes.map((sandbox) => runtime.stopSandbox(sandbox.id)))
}
