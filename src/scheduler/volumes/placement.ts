/** Storage as the scheduler follows it, and what is done about a pod's volumes before the pod is bound. */
import { type k8s, resources } from '../../api/index.ts'
import { type Client, type InformerOptions, openInformer } from '../../client/index.ts'
import { systemClock } from '../../lib/index.ts'
import { nodeInfo } from '../snapshot.ts'
import { bindVolumes } from './bind-volumes.ts'
import type { StorageView } from './storage-view.ts'

export interface VolumePlacement extends AsyncDisposable {
  readonly storage: StorageView
  /** Resolves when every claim of the pod has its volume on that node. Throws where that fails; `isWaiting` says
   *  whether the pod still wants it. */
  place(pod: k8s.Pod, node: k8s.Node | undefined, isWaiting: () => boolean): Promise<void>
}

/** `changed` is told of every change of storage. */
export async function openVolumePlacement(
  client: Client,
  options: InformerOptions & { signal: AbortSignal },
  changed: () => void,
): Promise<VolumePlacement> {
  const { signal, clock = systemClock } = options
  await using opening = new AsyncDisposableStack()
  const claims = opening.use(await openInformer(client, resources.persistentvolumeclaims, options))
  const volumes = opening.use(await openInformer(client, resources.persistentvolumes, options))
  const classes = opening.use(await openInformer(client, resources.storageclasses, options))
  const storage: StorageView = {
    claim: (ref) => claims.get(ref),
    volume: (name) => volumes.get({ name }),
    volumes: () => volumes.list(),
    storageClass: (name) => classes.get({ name }),
  }
  const waiting = new Set<() => void>()
  const tell = () => {
    for (const resolve of waiting) resolve()
    changed()
  }
  for (const informer of [claims, volumes, classes]) informer.onChange(tell)
  const nextChange = (until: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = () => {
        waiting.delete(end)
        until.removeEventListener('abort', end)
        resolve()
      }
      waiting.add(end)
      until.addEventListener('abort', end, { once: true })
      if (until.aborted) end()
    })
  const opened = opening.move()
  return {
    storage,
    async place(pod, node, isWaiting) {
      if (node !== undefined)
        await bindVolumes({ client, clock, storage, signal, nextChange, isWaiting }, pod, nodeInfo(node))
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
