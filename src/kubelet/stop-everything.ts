/** Ends every pod's containers on this machine, gracefully: what `naru down` does. The pods stay in the API, and the
 *  next kubelet starts them again. */
import type { ContainerRuntime } from './runtime/runtime.ts'

/** Resolves when nothing runs. Containers get `graceMs` for their SIGTERM, all at the same time. */
export async function stopEverything(runtime: ContainerRuntime, graceMs: number): Promise<void> {
  const containers = await runtime.listContainers()
  await Promise.all(containers.map((container) => runtime.stopContainer(container.id, graceMs)))
  const sandboxes = await runtime.listSandboxes()
  await Promise.all(sandboxes.map((sandbox) => runtime.stopSandbox(sandbox.id)))
}
