/** From what metrics ask for to what is done: steadied over time, kept within limits and rates. Pure.
 *  Source: Kubernetes v1.34, pkg/controller/podautoscaler/horizontal.go (normalizeDesiredReplicas…). */
import type { k8s } from '../../api/index.ts'
import type { History, ScaleEvent } from './history.ts'

export const DOWNSCALE_STABILIZATION_MS = 300_000
/** Without a behaviour, at most so many times the pods, or this many, are wanted at once. */
const SCALE_UP_FACTOR = 2
const SCALE_UP_LEAST = 4

export interface NormalizeInput {
  currentReplicas: number
  desiredReplicas: number
  minReplicas: number
  maxReplicas: number
  behavior: k8s.HorizontalPodAutoscalerBehavior | undefined
  nowMs: number
}

export interface Verdict {
  status: 'True' | 'False'
  reason: string
  message: string
}

export interface Normalized {
  replicas: number
  ableToScale: Verdict
  scalingLimited: Verdict
  /** With the recommendation of now. */
  history: History
}

const READY: Verdict = { status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const DOWN_STABILIZED: Verdict = {
  status: 'True',
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
}
const UP_STABILIZED: Verdict = {
  status: 'True',
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
}

interface Limited {
  replicas: number
  reason: string
  message: string
}

const WITHIN = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const TOO_MANY = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
}
const TOO_FEW = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
}
const TOO_FAST_UP = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
}
const TOO_FAST_DOWN = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
}

export function normalize(input: NormalizeInput, history: History): Normalized {
  const { desiredReplicas, behavior, nowMs } = input
  const stabilized = behavior === undefined ? highestRecent(input, history) : stabilize(input, behavior, history)
  const windowMs = Math.max(DOWNSCALE_STABILIZATION_MS, ...windowsMs(behavior))
  const recommendations = [
    ...history.recommendations.filter(({ atMs }) => atMs >= nowMs - windowMs),
    { atMs: nowMs, replicas: desiredReplicas },
  ]
  const bent = behavior !== undefined && desiredReplicas >= input.currentReplicas ? UP_STABILIZED : DOWN_STABILIZED
  const asked = { ...input, desiredReplicas: stabilized }
  const { replicas, reason, message } =
    behavior === undefined ? withinLimits(asked) : withinRates(asked, behavior, history)
  return {
    replicas,
    ableToScale: stabilized === desiredReplicas ? READY : bent,
    scalingLimited: { status: replicas === stabilized ? 'False' : 'True', reason, message },
    history: { ...history, recommendations },
  }
}

const windowMsOf = (rules: k8s.HPAScalingRules | undefined, otherwise: number) =>
  rules?.stabilizationWindowSeconds === undefined ? otherwise : rules.stabilizationWindowSeconds * 1000

function windowsMs(behavior: k8s.HorizontalPodAutoscalerBehavior | undefined): [up: number, down: number] {
  return [windowMsOf(behavior?.scaleUp, 0), windowMsOf(behavior?.scaleDown, DOWNSCALE_STABILIZATION_MS)]
}

function highestRecent({ desiredReplicas, nowMs }: NormalizeInput, { recommendations }: History): number {
  const recent = recommendations.filter(({ atMs }) => atMs >= nowMs - DOWNSCALE_STABILIZATION_MS)
  return Math.max(desiredReplicas, ...recent.map(({ replicas }) => replicas))
}

/** Up to the lowest of what was asked for lately, down to the highest, else as it is. */
function stabilize(
  { desiredReplicas, currentReplicas, nowMs }: NormalizeInput,
  behavior: k8s.HorizontalPodAutoscalerBehavior,
  { recommendations }: History,
): number {
  const [upMs, downMs] = windowsMs(behavior)
  const since = (windowMs: number) =>
    recommendations.filter(({ atMs }) => atMs > nowMs - windowMs).map(({ replicas }) => replicas)
  const up = Math.min(desiredReplicas, ...since(upMs))
  const down = Math.max(desiredReplicas, ...since(downMs))
  return Math.min(Math.max(currentReplicas, up), down)
}

function withinLimits({ currentReplicas, desiredReplicas, minReplicas, maxReplicas }: NormalizeInput): Limited {
  const fastest = Math.max(SCALE_UP_FACTOR * currentReplicas, SCALE_UP_LEAST)
  const most = Math.min(maxReplicas, fastest)
  if (desiredReplicas < minReplicas) return { replicas: minReplicas, ...TOO_FEW }
  if (desiredReplicas > most) return { replicas: most, ...(maxReplicas > fastest ? TOO_FAST_UP : TOO_MANY) }
  return { replicas: desiredReplicas, ...WITHIN }
}

function withinRates(
  { currentReplicas, desiredReplicas, minReplicas, maxReplicas, nowMs }: NormalizeInput,
  behavior: k8s.HorizontalPodAutoscalerBehavior,
  history: History,
): Limited {
  if (desiredReplicas > currentReplicas) {
    const fastest = Math.max(scaleUpLimit(currentReplicas, behavior.scaleUp, history, nowMs), currentReplicas)
    const most = Math.min(maxReplicas, fastest)
    if (desiredReplicas > most) return { replicas: most, ...(maxReplicas > fastest ? TOO_FAST_UP : TOO_MANY) }
  } else if (desiredReplicas < currentReplicas) {
    const fastest = Math.min(scaleDownLimit(currentReplicas, behavior.scaleDown, history, nowMs), currentReplicas)
    const least = Math.max(minReplicas, fastest)
    if (desiredReplicas < least) return { replicas: least, ...(minReplicas < fastest ? TOO_FAST_DOWN : TOO_FEW) }
  }
  return { replicas: desiredReplicas, ...WITHIN }
}

const changeSince = (events: readonly ScaleEvent[], sinceMs: number): number =>
  events.filter(({ atMs }) => atMs > sinceMs).reduce((sum, { change }) => sum + change, 0)

/** How many there were when the policy's period began. */
function atPeriodStart(
  currentReplicas: number,
  { periodSeconds }: k8s.HPAScalingPolicy,
  { ups, downs }: History,
  nowMs: number,
): number {
  const sinceMs = nowMs - periodSeconds * 1000
  return currentReplicas - changeSince(ups, sinceMs) + changeSince(downs, sinceMs)
}

function scaleUpLimit(
  currentReplicas: number,
  rules: k8s.HPAScalingRules | undefined,
  history: History,
  nowMs: number,
): number {
  if (rules?.selectPolicy === 'Disabled') return currentReplicas
  const limits = (rules?.policies ?? []).map((policy) => {
    const before = atPeriodStart(currentReplicas, policy, history, nowMs)
    return policy.type === 'Pods' ? before + policy.value : Math.ceil(before * (1 + policy.value / 100))
  })
  return rules?.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits)
}

function scaleDownLimit(
  currentReplicas: number,
  rules: k8s.HPAScalingRules | undefined,
  history: History,
  nowMs: number,
): number {
  if (rules?.selectPolicy === 'Disabled') return currentReplicas
  const limits = (rules?.policies ?? []).map((policy) => {
    const before = atPeriodStart(currentReplicas, policy, history, nowMs)
    return policy.type === 'Pods' ? before - policy.value : Math.trunc(before * (1 - policy.value / 100))
  })
  return rules?.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits)
}

/** With a change that was made now; without a behaviour nobody asks for it. */
export function withScaleEvent(
  history: History,
  change: { from: number; to: number; nowMs: number },
  behavior: k8s.HorizontalPodAutoscalerBehavior | undefined,
): History {
  if (behavior === undefined) return history
  const { from, to, nowMs } = change
  const longestMs = (rules: k8s.HPAScalingRules | undefined) =>
    1000 * Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds))
  const recent = (events: readonly ScaleEvent[], windowMs: number) =>
    events.filter(({ atMs }) => atMs >= nowMs - windowMs)
  const windowMs = Math.max(longestMs(behavior.scaleUp), longestMs(behavior.scaleDown))
  const ups = recent(history.ups, windowMs)
  const downs = recent(history.downs, windowMs)
  return to > from
    ? { ...history, ups: [...ups, { atMs: nowMs, change: to - from }], downs }
    : { ...history, ups, downs: [...downs, { atMs: nowMs, change: from - to }] }
}
