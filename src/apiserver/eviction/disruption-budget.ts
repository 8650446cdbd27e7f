/** What a PodDisruptionBudget says to an eviction. Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod/storage/eviction.go. */
import {
  ApiError,
  apiError,
  type k8s,
  labelSelectorMatches,
  resources,
  withDisruptionAllowed,
} from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { updateObject } from '../registry/update.ts'
import { serverContext } from '../registry/write-context.ts'
import type { Backend } from '../server/context.ts'

/** So many evictions that the controller has not seen the pods go of are enough. */
const MOST_DISRUPTED_PODS = 2000
const SUBJECT = { group: 'policy', kind: 'poddisruptionbudget' }

/** The one budget that guards the pod, if any. Throws for a pod that several guard. */
export function budgetOf({ views }: Pick<Backend, 'views'>, pod: k8s.Pod): k8s.PodDisruptionBudget | undefined {
  const budgets = views
    .of(resources.poddisruptionbudgets)
    .listIn(pod.metadata.namespace ?? '')
    .map((object) => object as unknown as k8s.PodDisruptionBudget)
    .filter(({ spec }) => labelSelectorMatches(spec?.selector, pod.metadata.labels ?? {}))
  if (budgets.length <= 1) return budgets[0]
  throw new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    code: 500,
  })
}

/** Whether a pod that is not ready may go without being counted. */
export function sparesUnready({ spec, status }: k8s.PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {}
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy
}

/** Counts one disruption, unless `dryRun`. Of evictions at the same time only as many as the budget allows get through. */
export async function takeFromBudget(
  backend: Backend,
  budget: k8s.PodDisruptionBudget,
  { podName, dryRun }: { podName: string; dryRun: boolean },
): Promise<void> {
  const now = toKubernetesTime(backend.clock.now())
  await updateObject(
    backend,
    resources.poddisruptionbudgets,
    budget.metadata,
    (object) => {
      object.status = lessOne(object as unknown as k8s.PodDisruptionBudget, { podName, now })
      // Tried again, and looked at anew, when somebody else writes meanwhile.
      delete object.metadata.resourceVersion
      return object
    },
    { part: 'status', context: { ...serverContext(), subresource: 'status', dryRun } },
  )
}

/** The status after one more disruption. Throws `TooManyRequests` where the budget allows none. */
export function lessOne(
  { metadata, status }: k8s.PodDisruptionBudget,
  { podName, now }: { podName: string; now: string },
): k8s.PodDisruptionBudgetStatus {
  const { name, generation = 0 } = metadata
  if (status === undefined || (status.observedGeneration ?? 0) < generation) throw isBehind(name)
  const { disruptionsAllowed, disruptedPods = {}, desiredHealthy, currentHealthy } = status
  const refuse = (why: string) =>
    apiError('Forbidden', `poddisruptionbudget.policy "${name}" is forbidden: ${why}`, {
      subject: { ...SUBJECT, name },
    })
  if (disruptionsAllowed < 0) throw refuse('pdb disruptions allowed is negative')
  if (Object.keys(disruptedPods).length > MOST_DISRUPTED_PODS)
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (disruptionsAllowed === 0)
    throw violates(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    )
  const next = {
    ...status,
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedPods: { ...disruptedPods, [podName]: now },
  }
  return next.disruptionsAllowed === 0 ? withDisruptionAllowed(next, { now }) : next
}

/** The controller has yet to look at the budget, or at the pod. */
export function isBehind(budgetName: string): ApiError {
  return violates(`The disruption budget ${budgetName} is still being processed by the server.`, 10)
}

function violates(why: string, retryAfterSeconds?: number): ApiError {
  return apiError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message: why }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}
