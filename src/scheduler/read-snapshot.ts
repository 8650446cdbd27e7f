/** The cluster as the API tells of it now, for those who want to know what the scheduler would do. */
import { type k8s, resources } from '../api/index.ts'
import type { Client } from '../client/index.ts'
import { ClusterCache } from './cluster-cache.ts'
import { isTerminal } from './follow-cluster.ts'
import type { Snapshot } from './snapshot.ts'
import type { StorageView } from './volumes/index.ts'
import { SELECTOR_SOURCES, selectorKey } from './workload-selectors.ts'

export interface ReadOptions {
  signal?: AbortSignal
  /** The uid of a pod that is left out, as if it were still to be placed. */
  without?: string
}

/** Throws ApiError, `Forbidden` where the caller may not list what the scheduler looks at. */
export async function readSnapshot(client: Client, { signal, without }: ReadOptions = {}): Promise<Snapshot> {
  const options = { ...(signal && { signal }) }
  const [nodes, pods, namespaces, budgets, storage, ...selectors] = await Promise.all([
    client.list(resources.nodes, options),
    client.list(resources.pods, options),
    client.list(resources.namespaces, options),
    client.list(resources.poddisruptionbudgets, options),
    readStorage(client, options),
    ...SELECTOR_SOURCES.map(async (source) =>
      (await client.list(source.resource, options)).items.flatMap((object) => {
        const selector = source.selectorOf(object)
        return selector === undefined ? [] : [[selectorKey(source, object), selector] as const]
      }),
    ),
  ])
  const cache = new ClusterCache()
  cache.update(() => ({
    namespaceLabels: new Map(namespaces.items.map(({ metadata }) => [metadata.name, metadata.labels ?? {}])),
    budgets: budgets.items,
    storage,
    workloadSelectors: new Map(selectors.flat()),
  }))
  for (const node of nodes.items) cache.putNode(node)
  for (const pod of pods.items) putPod(cache, pod, without)
  return cache.snapshot()
}

function putPod(cache: ClusterCache, pod: k8s.Pod, without: string | undefined): void {
  const { uid = '' } = pod.metadata
  if (uid === without || isTerminal(pod)) return
  const promised = pod.status?.nominatedNodeName
  if (pod.spec.nodeName) cache.putPod(pod, pod.spec.nodeName)
  else if (promised) cache.nominate(uid, { pod, node: promised })
}

async function readStorage(client: Client, options: { signal?: AbortSignal }): Promise<StorageView> {
  const [claims, volumes, classes] = await Promise.all([
    client.list(resources.persistentvolumeclaims, options),
    client.list(resources.persistentvolumes, options),
    client.list(resources.storageclasses, options),
  ])
  return {
    claim: ({ namespace, name }) =>
      claims.items.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    volume: (name) => volumes.items.find(({ metadata }) => metadata.name === name),
    volumes: () => volumes.items,
    storageClass: (name) => classes.items.find(({ metadata }) => metadata.name === name),
  }
}
