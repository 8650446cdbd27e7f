/** Lists the runtime, one list at a time, and tells which pods changed since the last. */
import { POD_UID_LABEL } from './cri/convert.ts'
import type { ContainerRuntime } from './runtime/runtime.ts'

export interface RelistOptions {
  runtime: Pick<ContainerRuntime, 'listSandboxes' | 'listContainers'>
  changed: (podUid: string) => void
  failed: (error: unknown) => void
}

/** Each call asks for a list that begins after it. When the runtime is back after it could not be listed, every pod counts as
 *  changed: what was tried with it meanwhile waits for its back-off. */
export function relister({ runtime, changed, failed }: RelistOptions): () => void {
  let before = new Map<string, string>()
  let running = false
  let again = false
  const list = async () => {
    const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()])
    const now = new Map<string, string>()
    // A sandbox that somebody made by hand may be of no pod: nothing is to be done about it.
    const note = (uid: string | undefined, id: string, state: string) => {
      if (uid) now.set(uid, `${now.get(uid) ?? ''}${id}=${state};`)
    }
    for (const { id, state, pod } of sandboxes.toSorted((a, b) => (a.id < b.id ? -1 : 1))) note(pod.uid, id, state)
    for (const { id, state, labels } of containers.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      note(labels[POD_UID_LABEL], id, state)
    for (const uid of new Set([...before.keys(), ...now.keys()])) if (before.get(uid) !== now.get(uid)) changed(uid)
    before = now
  }
  const lose = (error: unknown) => {
    before = new Map([...before.keys()].map((uid) => [uid, '']))
    failed(error)
  }
  return () => {
    again = true
    if (running) return
    running = true
    void (async () => {
      while (again) {
        again = false
        await list().catch(lose)
      }
      running = false
    })()
  }
}
