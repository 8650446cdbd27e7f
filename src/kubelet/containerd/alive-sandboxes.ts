/** The sandboxes that have use for what they have: they run, or something in them does. After containerd was killed while
 *  it made one, it may have a record of a sandbox that never will. */
import type { ContainerRuntime } from '../runtime/runtime.ts'

export async function aliveSandboxes(runtime: ContainerRuntime): Promise<Set<string>> {
  const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()])
  return new Set([
    ...sandboxes.filter(({ state }) => state === 'ready').map(({ id }) => id),
    ...containers.filter(({ state }) => state === 'running').map(({ sandboxId }) => sandboxId),
  ])
}
