/** One look at an autoscaler: read the scale, ask the metrics, decide, scale, tell. Source: Kubernetes v1.34,
 *  pkg/controller/podautoscaler/horizontal.go (reconcileAutoscaler). */
import { type k8s, matchesLabels, parseKey, parseLabelSelector, resources } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { type Clock, toKubernetesTime } from '../../lib/index.ts'
import type { RecordEvent } from '../events.ts'
import { semanticallyEqual } from '../objects/index.ts'
import { ambiguity } from './ambiguity.ts'
import { computeMetric, MetricError } from './compute-metric.ts'
import { type Conditions, type ConditionType, setCondition } from './conditions.ts'
import { type History, newHistory } from './history.ts'
import { normalize, type Verdict, withScaleEvent } from './normalize.ts'
import { TOLERANCE } from './replicas-for-usage.ts'
import { readScale, type ScaleTarget, writeScale } from './scale-target.ts'
import { wordsOf } from './words.ts'

export interface AutoscalerController {
  client: Client
  clock: Clock
  record: RecordEvent
  get(ref: { namespace?: string | undefined; name: string }): k8s.HorizontalPodAutoscaler | undefined
  podsIn(namespace: string): readonly k8s.Pod[]
  /** By key; what is forgotten with the object. */
  histories: Map<string, History>
  /** The selectors of the autoscalers that were looked at, by key. */
  selectors: Map<string, string>
}

export const RESYNC_MS = 15_000

/** What is to be told of this look; grows as it goes on. */
interface Look {
  controller: AutoscalerController
  key: string
  hpa: k8s.HorizontalPodAutoscaler
  namespace: string
  conditions: Conditions
  now: string
  nowMs: number
}

const said = (status: Verdict['status'], reason: string, message: string): Verdict => ({ status, reason, message })

function say(look: Look, type: ConditionType, verdict: Verdict): void {
  look.conditions = setCondition(look.conditions, type, verdict, look.now)
}

function warn({ controller, hpa }: Look, reason: string, message: string): void {
  controller.record({ regarding: hpa, type: 'Warning', reason, message })
}

/** Throws an Error that says what is wrong, after having told it. */
export async function reconcileAutoscaler(controller: AutoscalerController, key: string): Promise<void> {
  const found = controller.get(parseKey(key))
  if (found === undefined) {
    controller.histories.delete(key)
    controller.selectors.delete(key)
    return
  }
  const hpa = { ...found, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
  const nowMs = controller.clock.now()
  const look: Look = {
    controller,
    key,
    hpa,
    namespace: hpa.metadata.namespace ?? '',
    conditions: hpa.status?.conditions ?? [],
    now: toKubernetesTime(nowMs),
    nowMs,
  }
  let target: ScaleTarget
  try {
    target = await readScale(controller.client, look.namespace, hpa.spec.scaleTargetRef)
  } catch (error) {
    warn(look, 'FailedGetScale', wordsOf(error))
    const message = `the HPA controller was unable to get the target's current scale: ${wordsOf(error)}`
    say(look, 'AbleToScale', said('False', 'FailedGetScale', message))
    await writeStatus(look, { ...hpa.status, desiredReplicas: hpa.status?.desiredReplicas ?? 0 })
    throw error
  }
  const message = "the HPA controller was able to get the target's current scale"
  say(look, 'AbleToScale', said('True', 'SucceededGetScale', message))
  await decide(look, target)
}

async function decide(look: Look, target: ScaleTarget): Promise<void> {
  const { controller, hpa, key, nowMs } = look
  const { maxReplicas, minReplicas = 1, behavior } = hpa.spec
  const current = target.scale.spec?.replicas ?? 0
  if (!controller.histories.has(key)) controller.histories.set(key, newHistory(current, nowMs))
  if (current === 0 && minReplicas !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero'
    say(look, 'ScalingActive', said('False', 'ScalingDisabled', message))
    return tell(look, { current, desired: current, metrics: undefined, rescaled: false })
  }
  if (current > maxReplicas) {
    const why = 'Current number of replicas above Spec.MaxReplicas'
    return rescale(look, target, { desired: maxReplicas, why, metrics: undefined })
  }
  if (current < minReplicas) {
    const why = 'Current number of replicas below Spec.MinReplicas'
    return rescale(look, target, { desired: minReplicas, why, metrics: undefined })
  }
  const computed = await computeAll(look, target)
  if (computed.replicas === undefined) {
    await tell(look, { current, desired: hpa.status?.desiredReplicas ?? 0, metrics: computed.metrics, rescaled: false })
    warn(look, 'FailedComputeMetricsReplicas', computed.failure ?? '')
    throw new Error(`failed to compute desired number of replicas based on listed metrics: ${computed.failure}`)
  }
  const { replicas, ableToScale, scalingLimited, history } = normalize(
    { currentReplicas: current, desiredReplicas: computed.replicas, minReplicas, maxReplicas, behavior, nowMs },
    controller.histories.get(key) ?? newHistory(current, nowMs),
  )
  controller.histories.set(key, history)
  say(look, 'AbleToScale', ableToScale)
  say(look, 'ScalingLimited', scalingLimited)
  const { metrics } = computed
  if (replicas === current) await tell(look, { current, desired: current, metrics, rescaled: false })
  else {
    const why = rescaleReason(current, computed.replicas, computed.name)
    await rescale(look, target, { desired: replicas, why, metrics })
  }
  if (computed.failure !== undefined) throw new Error(computed.failure)
}

function rescaleReason(current: number, asked: number, metric: string): string {
  if (asked > current) return `${metric} above target`
  return asked < current ? 'All metrics below target' : ''
}

interface Told {
  current: number
  desired: number
  metrics: k8s.MetricStatus[] | undefined
  rescaled: boolean
}

async function tell(look: Look, { current, desired, metrics, rescaled }: Told): Promise<void> {
  const { lastScaleTime } = look.hpa.status ?? {}
  const time = rescaled ? look.now : lastScaleTime
  await writeStatus(look, {
    currentReplicas: current,
    desiredReplicas: desired,
    ...(time && { lastScaleTime: time }),
    ...(metrics && { currentMetrics: metrics }),
  })
}

async function rescale(
  look: Look,
  target: ScaleTarget,
  { desired, why, metrics }: { desired: number; why: string; metrics: k8s.MetricStatus[] | undefined },
): Promise<void> {
  const { controller, hpa, key, nowMs } = look
  const current = target.scale.spec?.replicas ?? 0
  try {
    await writeScale(controller.client, target, desired)
  } catch (error) {
    warn(look, 'FailedRescale', `New size: ${desired}; reason: ${why}; error: ${wordsOf(error)}`)
    const message = `the HPA controller was unable to update the target scale: ${wordsOf(error)}`
    say(look, 'AbleToScale', said('False', 'FailedUpdateScale', message))
    await tell(look, { current, desired: hpa.status?.desiredReplicas ?? 0, metrics, rescaled: false })
    throw error
  }
  const message = `the HPA controller was able to update the target scale to ${desired}`
  say(look, 'AbleToScale', said('True', 'SucceededRescale', message))
  controller.record({
    regarding: hpa,
    type: 'Normal',
    reason: 'SuccessfulRescale',
    message: `New size: ${desired}; reason: ${why}`,
  })
  const history = controller.histories.get(key) ?? newHistory(current, nowMs)
  controller.histories.set(key, withScaleEvent(history, { from: current, to: desired, nowMs }, hpa.spec.behavior))
  await tell(look, { current, desired, metrics, rescaled: true })
}

async function writeStatus(look: Look, status: k8s.HorizontalPodAutoscalerStatus): Promise<void> {
  const { controller, hpa } = look
  const next = { ...status, conditions: [...look.conditions] }
  if (semanticallyEqual(next, hpa.status)) return
  try {
    await controller.client.updateStatus(resources.horizontalpodautoscalers, { ...hpa, status: next })
  } catch (error) {
    warn(look, 'FailedUpdateStatus', wordsOf(error))
    throw error
  }
}

interface Computed {
  /** Undefined: nothing can be done. */
  replicas: number | undefined
  name: string
  metrics: k8s.MetricStatus[] | undefined
  failure?: string
}

/** The most that any metric asks for. Where one cannot be had, only up. */
async function computeAll(look: Look, target: ScaleTarget): Promise<Computed> {
  const { hpa } = look
  const { scale } = target
  const specs = hpa.spec.metrics ?? []
  const pods = selectedPods(look, scale.status?.selector ?? '')
  if (typeof pods === 'string') return { replicas: undefined, name: '', metrics: undefined, failure: pods }
  const input = {
    client: look.controller.client,
    namespace: look.namespace,
    selector: scale.status?.selector ?? '',
    pods,
    specReplicas: scale.spec?.replicas ?? 0,
    statusReplicas: scale.status?.replicas ?? 0,
    tolerances: { scaleUp: TOLERANCE, scaleDown: TOLERANCE },
    nowMs: look.nowMs,
  }
  let best: { replicas: number; name: string } = { replicas: 0, name: '' }
  const failures: MetricError[] = []
  const metrics: k8s.MetricStatus[] = []
  for (const spec of specs)
    try {
      const { replicas, name, status } = await computeMetric(input, spec)
      metrics.push(status)
      if (best.replicas === 0 || replicas > best.replicas) best = { replicas, name }
    } catch (error) {
      if (!(error instanceof MetricError)) throw error
      metrics.push({ type: '' })
      failures.push(error)
      warn(look, error.reason, error.message)
    }
  const [first] = failures
  const failure =
    first && `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first.summary}`
  if (first !== undefined && (failures.length >= specs.length || best.replicas < input.specReplicas)) {
    const message = `the HPA was unable to compute the replica count: ${first.message}`
    say(look, 'ScalingActive', said('False', first.reason, message))
    return { replicas: undefined, name: '', metrics, ...(failure !== undefined && { failure }) }
  }
  const message = `the HPA was able to successfully calculate a replica count from ${best.name}`
  say(look, 'ScalingActive', said('True', 'ValidMetricFound', message))
  return { ...best, metrics, ...(failure !== undefined && { failure }) }
}

/** The pods that the scale is about; a text where it cannot be told which, after that was said. */
function selectedPods(look: Look, selector: string): readonly k8s.Pod[] | string {
  const { controller, key } = look
  const refuse = (event: string, reason: string, message: string, condition = message): string => {
    warn(look, event, message)
    say(look, 'ScalingActive', said('False', reason, condition))
    return message
  }
  if (selector === '')
    return refuse(
      'SelectorRequired',
      'InvalidSelector',
      'selector is required',
      "the HPA target's scale is missing a selector",
    )
  let pods: k8s.Pod[]
  try {
    const requirements = parseLabelSelector(selector)
    pods = controller
      .podsIn(look.namespace)
      .filter(({ metadata }) => matchesLabels(requirements, metadata.labels ?? {}))
  } catch (error) {
    const message = `couldn't convert selector into a corresponding internal selector object: ${wordsOf(error)}`
    return refuse('InvalidSelector', 'InvalidSelector', message)
  }
  controller.selectors.set(key, selector)
  const others = ambiguity(controller.selectors, look.namespace, pods)
  if (others.length > 1) {
    const names = others.map(({ name, namespace }) => `{${name} ${namespace}}`).join(' ')
    const message = `pods by selector ${selector} are controlled by multiple HPAs: [${names}]`
    return refuse('AmbiguousSelector', 'AmbiguousSelector', message)
  }
  return pods
}
