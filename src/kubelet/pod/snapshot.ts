/** What the runtime has of one pod, in one value. */
import { containerIndex } from './names.ts'
import type { ContainerRuntime, ContainerStatus, Sandbox } from '../runtime/runtime.ts'

export interface PodSnapshot {
  /** Newest first. */
  sandboxes: Sandbox[]
  /** Of the ready sandbox. */
  ips: string[]
  /** Newest first. */
  containers: ContainerStatus[]
}

export async function takeSnapshot(runtime: ContainerRuntime, podUid: string): Promise<PodSnapshot> {
  const [sandboxes, listed] = await Promise.all([runtime.listSandboxes({ podUid }), runtime.listContainers({ podUid })])
  sandboxes.sort((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs)
  const ready = sandboxes.find(({ state }) => state === 'ready')
  const [ips, statuses] = await Promise.all([
    ready === undefined ? [] : runtime.sandboxIPs(ready.id),
    Promise.all(
      listed.map(async ({ id, sandboxId }) => {
        const status = await runtime.containerStatus(id)
        return status === undefined ? undefined : { ...status, sandboxId }
      }),
    ),
  ])
  const containers = statuses.filter((status) => status !== undefined)
  containers.sort((a, b) => b.attempt - a.attempt || b.createdAtMs - a.createdAtMs)
  return { sandboxes, ips, containers }
}

/** The newest container of that name, in the newest sandbox or an older one. */
export function latest(snapshot: PodSnapshot, name: string): ContainerStatus | undefined {
  return containerIndex(snapshot.containers, name)[0]
}

/** The one before the newest: its end is `lastState`. */
export function previous(snapshot: PodSnapshot, name: string): ContainerStatus | undefined {
  return containerIndex(snapshot.containers, name)[1]
}
