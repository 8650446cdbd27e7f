/** Counts a PodDisruptionBudget's pods, and says how many disruptions it allows. */
import {
  isApiError,
  type k8s,
  labelSelectorMatches,
  parseKey,
  resources,
  tellsDisruptionAllowed,
  withDisruptionAllowed,
} from '../../api/index.ts'
import { errorMessage, toKubernetesTime } from '../../lib/index.ts'
import { semanticallyEqual } from '../objects/index.ts'
import type { DisruptionController } from './controller.ts'
import { countHealthy, disruptedPods, needsScale, wishOf } from './count.ts'
import { expectedScale } from './expected-scale.ts'

/** Resolves to the milliseconds after which a pod that was to go must be looked for, if any is expected to. */
export async function reconcileBudget(controller: DisruptionController, key: string): Promise<number | undefined> {
  const budget = controller.budgets.get(parseKey(key))
  if (budget === undefined) return undefined
  try {
    return await countAndTell(controller, budget)
  } catch (error) {
    if (isApiError(error, 'Conflict')) throw error
    await allowNone(controller, budget, error)
    return undefined
  }
}

async function countAndTell(
  controller: DisruptionController,
  budget: k8s.PodDisruptionBudget,
): Promise<number | undefined> {
  const { clock, record } = controller
  const { selector } = budget.spec
  const pods = controller.pods
    .list(budget.metadata.namespace)
    .filter(({ metadata }) => labelSelectorMatches(selector, metadata.labels ?? {}))
  if (pods.length === 0)
    record({ regarding: budget, type: 'Normal', reason: 'NoPods', message: 'No matching pods found' })
  const { expectedPods, desiredHealthy } = await wishFor(controller, budget, pods)
  const nowMs = clock.now()
  const disrupted = disruptedPods(budget, pods, nowMs)
  const { namespace } = budget.metadata
  for (const pod of disrupted.late) {
    const message = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`
    record({ regarding: pod, type: 'Warning', reason: 'NotDeleted', message })
  }
  const currentHealthy = countHealthy(pods, disrupted)
  const allowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy)
  await writeStatus(controller, budget, {
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed: allowed,
    disruptedPods: disrupted.pods,
    observedGeneration: budget.metadata.generation,
  })
  return disrupted.againInMs
}

async function wishFor(
  { scaleOf, record }: DisruptionController,
  budget: k8s.PodDisruptionBudget,
  pods: readonly k8s.Pod[],
): Promise<{ expectedPods: number; desiredHealthy: number }> {
  const warn = (reason: string, message: string) => record({ regarding: budget, type: 'Warning', reason, message })
  try {
    const { scale, unmanaged } = needsScale(budget) ? await expectedScale(pods, scaleOf) : { scale: 0, unmanaged: [] }
    if (unmanaged.length > 0) warn('UnmanagedPods', unmanagedMessage(budget))
    return wishOf(budget, { pods: pods.length, scale })
  } catch (error) {
    const message = `Failed to calculate the number of expected pods: ${errorMessage(error)}`
    warn('CalculateExpectedPodCountFailed', message)
    throw error
  }
}

/** Leaves a status alone that says the same. */
async function writeStatus(
  { client, clock }: DisruptionController,
  budget: k8s.PodDisruptionBudget,
  counted: k8s.PodDisruptionBudgetStatus,
): Promise<void> {
  const { conditions, ...present } = budget.status ?? {}
  if (budget.status && semanticallyEqual(present, counted) && tellsDisruptionAllowed(budget.status)) return
  const now = toKubernetesTime(clock.now())
  const status = withDisruptionAllowed({ ...counted, ...(conditions && { conditions }) }, { now })
  await client.updateStatus(resources.poddisruptionbudgets, { ...budget, status })
}

/** Nobody knows how many would be left: no eviction may be granted until somebody does. */
async function allowNone(
  { client, clock }: DisruptionController,
  budget: k8s.PodDisruptionBudget,
  error: unknown,
): Promise<void> {
  const none = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0, ...budget.status, disruptionsAllowed: 0 }
  const now = toKubernetesTime(clock.now())
  const status = withDisruptionAllowed(none, { now, failure: errorMessage(error) })
  if (semanticallyEqual(status, budget.status)) return
  await client.updateStatus(resources.poddisruptionbudgets, { ...budget, status })
}

function unmanagedMessage({ spec }: k8s.PodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${selectorText(spec.selector)}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  )
}

/** As Go prints a LabelSelector. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: k8s.LabelSelector = {}): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  )
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`
}
