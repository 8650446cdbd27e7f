/** Evicts a pod: as its disruption budget allows, and not without telling the pod. Source: k8s.io/kubernetes v1.34,
 *  pkg/registry/core/pod/storage/eviction.go. */
import { isApiError, type k8s, notFound, type ObjectRef, resources } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { AnyObject } from '../registry/any-object.ts'
import { checkPreconditions, deleteObject } from '../registry/delete.ts'
import { readStored, storedKey } from '../registry/stored-form.ts'
import type { DeleteOptions } from '../registry/strategy.ts'
import { updateObject } from '../registry/update.ts'
import type { WriteContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'
import { budgetOf, isBehind, sparesUnready, takeFromBudget } from './disruption-budget.ts'

const ATTEMPTS = 20

export type EvictionOptions = DeleteOptions & { context: WriteContext }

/** Throws ApiError `NotFound`, `TooManyRequests` (the budget allows no disruption), `Conflict` (preconditions). */
export async function evict(backend: Backend, ref: ObjectRef, options: EvictionOptions): Promise<void> {
  const isPinned = options.preconditions?.resourceVersion !== undefined
  for (let attempt = 1; ; attempt++) {
    const pod = await readPod(backend, ref)
    const isOver = isEnded(pod) || pod.metadata.deletionTimestamp !== undefined
    if (!isOver && pod.status?.phase !== 'Pending') return await evictGuarded(backend, pod, options)
    // Nobody relies on it, whatever the budget says. A pending one must not have come up meanwhile.
    try {
      return await tellAndDelete(backend, ref, isOver ? options : asSeen(options, pod))
    } catch (error) {
      if (!isApiError(error, 'Conflict') || isPinned || attempt === ATTEMPTS) throw error
    }
  }
}

async function evictGuarded(backend: Backend, pod: k8s.Pod, options: EvictionOptions): Promise<void> {
  const budget = budgetOf(backend, pod)
  if (budget === undefined) return await tellAndDelete(backend, pod.metadata, options)
  if (isReady(pod) || !sparesUnready(budget)) {
    const { name } = pod.metadata
    await takeFromBudget(backend, budget, { podName: name, dryRun: options.context.dryRun })
    return await tellAndDelete(backend, pod.metadata, options)
  }
  try {
    await tellAndDelete(backend, pod.metadata, asSeen(options, pod))
  } catch (error) {
    // It may be ready by now, and then it counts.
    if (isApiError(error, 'Conflict') && options.preconditions?.resourceVersion === undefined)
      throw isBehind(budget.metadata.name)
    throw error
  }
}

/** Only the pod that was looked at, unless the client has said which. */
function asSeen(options: EvictionOptions, { metadata }: k8s.Pod): EvictionOptions {
  const { resourceVersion } = metadata
  if (resourceVersion === undefined || options.preconditions?.resourceVersion !== undefined) return options
  return { ...options, preconditions: { ...options.preconditions, resourceVersion } }
}

async function tellAndDelete(backend: Backend, ref: ObjectRef, options: EvictionOptions): Promise<void> {
  const { context, preconditions } = options
  if (context.dryRun) {
    await deleteObject(backend, resources.pods, ref, options)
    return
  }
  const now = toKubernetesTime(backend.clock.now())
  const told = await updateObject(
    backend,
    resources.pods,
    ref,
    (pod) => {
      checkPreconditions(resources.pods, pod, options)
      delete pod.metadata.resourceVersion
      return withTarget(pod, now)
    },
    { part: 'status', context },
  )
  const { resourceVersion = '' } = (JSON.parse(told) as AnyObject).metadata
  const pinned = preconditions?.resourceVersion === undefined ? preconditions : { ...preconditions, resourceVersion }
  await deleteObject(backend, resources.pods, ref, { ...options, preconditions: pinned })
}

function withTarget(pod: AnyObject, now: string): AnyObject {
  const status = (pod.status ?? {}) as k8s.PodStatus
  const conditions = status.conditions ?? []
  const old = conditions.find(({ type }) => type === 'DisruptionTarget')
  const next: k8s.PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastTransitionTime: old?.status === 'True' ? old.lastTransitionTime : now,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  }
  pod.status = {
    ...status,
    conditions: old === undefined ? [...conditions, next] : conditions.map((one) => (one === old ? next : one)),
  }
  return pod
}

async function readPod(backend: Backend, ref: ObjectRef): Promise<k8s.Pod> {
  const entry = await backend.store.get(storedKey(backend, resources.pods, ref))
  if (entry === undefined) throw notFound(resources.pods, ref.name)
  return (await readStored(backend, resources.pods, entry)) as unknown as k8s.Pod
}

const isEnded = ({ status }: k8s.Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'
const isReady = ({ status }: k8s.Pod): boolean =>
  (status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
