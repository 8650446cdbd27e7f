/** What earlier sandboxes of a pod still have is given back before it gets another. Source: Kubernetes v1.34, pkg/kubelet
 *  (kuberuntime_manager.go, killPodWithSyncResult: every sandbox is stopped, also one that does not run, since it may
 *  have its network still; kuberuntime_gc.go, evictSandboxes: of those that nothing runs in, the newest is kept, and
 *  what has containers to tell of). */
import type { ContainerRuntime } from '../runtime/runtime.ts'

export async function clearSandboxes(runtime: ContainerRuntime, podUid: string): Promise<void> {
  const [sandboxes, containers] = await Promise.all([
    runtime.listSandboxes({ podUid }),
    runtime.listContainers({ podUid }),
  ])
  const told = new Set(containers.map(({ sandboxId }) => sandboxId))
  const newest = Math.max(...sandboxes.map(({ attempt }) => attempt))
  for (const { id, attempt, state } of sandboxes) {
    if (state === 'ready') continue
    await runtime.stopSandbox(id)
    if (attempt < newest && !told.has(id)) await runtime.removeSandbox(id)
  }
}
