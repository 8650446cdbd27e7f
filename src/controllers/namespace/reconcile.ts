/** Empties a namespace that is being deleted, then lets it go. */
import { isApiError, type k8s, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import { semanticallyEqual } from '../objects/index.ts'
import { deletionConditions, keepTransitionTimes } from './conditions.ts'
import { deleteContent } from './delete-content.ts'

const FINALIZER = 'kubernetes'
/** How soon what remains is looked at again; the end of a pod asks sooner. */
const RETRY_MS = 1_000

export interface NamespaceController {
  client: Client
  clock: Clock
  namespaces: Informer<k8s.Namespace>
}

export async function reconcileNamespace(controller: NamespaceController, name: string): Promise<number | undefined> {
  const { client, clock } = controller
  const namespace = controller.namespaces.get({ name })
  if (namespace?.metadata.deletionTimestamp === undefined) return undefined
  if (!namespace.spec?.finalizers?.includes(FINALIZER)) return undefined

  const remaining = await deleteContent(client, name)
  const present = namespace.status?.conditions
  const conditions = keepTransitionTimes(present, deletionConditions(remaining, toKubernetesTime(clock.now())))
  const changed = !semanticallyEqual(present, conditions)
  try {
    const current = changed
      ? await client.updateStatus(resources.namespaces, {
          ...namespace,
          status: { ...namespace.status, phase: 'Terminating', conditions },
        })
      : namespace
    if (remaining.counts.size > 0 || remaining.failures.length > 0 || remaining.unknown.length > 0) return RETRY_MS
    const finalizers = (current.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER)
    const body = { ...current, spec: { ...current.spec, finalizers } }
    await client.subresource(resources.namespaces, { name }, 'finalize', { method: 'PUT', body })
    return undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
