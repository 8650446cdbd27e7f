/** Wires the disruption controller: which changes ask for which budgets, and which pods for a second look. */
import { type k8s, keyOf, labelSelectorMatches, resources } from '../../api/index.ts'
import { runController, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import type { DisruptionController } from './controller.ts'
import { openScaleOf } from './expected-scale.ts'
import { reconcileBudget } from './reconcile.ts'
import { cleanStaleTarget, msUntilStale } from './stale-target.ts'

export async function runDisruptionController(context: ControllerContext): Promise<void> {
  const { client, clock, informers, logger, signal } = context
  const [budgets, pods, replicaSets, replicationControllers, deployments, statefulSets] = await Promise.all([
    informers.of(resources.poddisruptionbudgets),
    informers.of(resources.pods),
    informers.of(resources.replicasets),
    informers.of(resources.replicationcontrollers),
    informers.of(resources.deployments),
    informers.of(resources.statefulsets),
  ])
  const record = context.events.for('controllermanager')

  const guarding = (pod: k8s.Pod): string[] => {
    const { namespace, name, labels } = pod.metadata
    const found = budgets.list(namespace).filter(({ spec }) => labelSelectorMatches(spec.selector, labels ?? {}))
    if (found.length > 1) {
      const message = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${found[0]?.metadata.name}" arbitrarily.`
      record({ regarding: pod, type: 'Warning', reason: 'MultiplePodDisruptionBudgets', message })
    }
    return found.map(keyOf)
  }

  const scaleOf = openScaleOf({ client, replicaSets, replicationControllers, deployments, statefulSets })
  const controller: DisruptionController = { client, clock, budgets, pods, scaleOf, record }
  const common = { clock, logger, signal }
  await Promise.all([
    runController({
      ...common,
      name: 'disruption',
      sources: [source(budgets, (budget) => [keyOf(budget)]), source(pods, guarding)],
      reconcile: (key) => reconcileBudget(controller, key),
    }),
    runController({
      ...common,
      name: 'stale-disruption-target',
      sources: [source(pods, (pod) => (msUntilStale(pod, clock.now()) === undefined ? [] : [keyOf(pod)]))],
      reconcile: (key) => cleanStaleTarget(controller, key),
    }),
  ])
}
