/** Opens what the scheduler follows of the cluster beside pods and nodes, into its cache. */
import { type k8s, type KubeObject, type Resource, resources } from '../api/index.ts'
import { type ChangeEvent, type Client, type InformerOptions, openInformer } from '../client/index.ts'
import type { ClusterCache } from './cluster-cache.ts'
import type { Snapshot } from './snapshot.ts'
import { SELECTOR_SOURCES, selectorKey, type SelectorSource } from './workload-selectors.ts'

interface FollowOptions {
  client: Client
  cache: ClusterCache
  informer: InformerOptions
}

/** Resolves when all that there is is in the cache; closing it ends the following. */
export async function openSurroundings(options: FollowOptions): Promise<AsyncDisposable> {
  const { cache } = options
  await using stack = new AsyncDisposableStack()
  const follow = async <T extends KubeObject>(resource: Resource<T>, onChange: (event: ChangeEvent<T>) => void) => {
    const informer = stack.use(
      await openInformer(options.client, resource, { ...options.informer, transform: dropUnread }),
    )
    informer.onChange(onChange)
  }
  const followSelectors = (source: SelectorSource) =>
    follow(source.resource, ({ type, object }) =>
      cache.update(({ workloadSelectors }) => ({
        workloadSelectors: withEntry(
          workloadSelectors,
          selectorKey(source, object),
          type === 'deleted' ? undefined : source.selectorOf(object),
        ),
      })),
    )
  await Promise.all([
    follow(resources.namespaces, ({ type, object: { metadata } }) =>
      cache.update(({ namespaceLabels }) => ({
        namespaceLabels: withEntry(
          namespaceLabels,
          metadata.name,
          type === 'deleted' ? undefined : (metadata.labels ?? {}),
        ),
      })),
    ),
    follow(resources.poddisruptionbudgets, ({ type, object }) =>
      cache.update(({ budgets }) => ({ budgets: withBudget(budgets, object, type === 'deleted') })),
    ),
    ...SELECTOR_SOURCES.map(followSelectors),
  ])
  return stack.move()
}

function withEntry<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined): ReadonlyMap<string, T> {
  const changed = new Map(map)
  if (value === undefined) changed.delete(key)
  else changed.set(key, value)
  return changed
}

function withBudget(
  budgets: Snapshot['budgets'],
  budget: k8s.PodDisruptionBudget,
  isGone: boolean,
): Snapshot['budgets'] {
  const others = budgets.filter(
    ({ metadata }) => metadata.namespace !== budget.metadata.namespace || metadata.name !== budget.metadata.name,
  )
  return isGone ? others : [...others, budget]
}

/** What makes pods is large, and only its selector is read. */
function dropUnread(object: KubeObject & { spec?: { template?: unknown }; status?: unknown }): void {
  delete object.metadata.managedFields
  delete object.metadata.annotations
  delete object.spec?.template
}
