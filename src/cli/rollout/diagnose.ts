/** Says how far a rollout is, from one snapshot of the objects. Pure: ordered rules, the first that applies decides. */
import type { k8s } from '../../api/index.ts'
import type { Diagnosis, RolloutFailure, RolloutPhase } from './failure.ts'
import { containerFailure } from './container-failure.ts'
import {
  expectedPort,
  isSeen,
  isStarted,
  newDeployments,
  newPods,
  newReplicaSets,
  podCondition,
  type RolloutSnapshot,
  stepPod,
} from './snapshot.ts'

/** A pod may wait so long for a node: one that has just started is not ready at once. */
const SCHEDULING_GRACE_MS = 10_000

/** A server that starts for the first time makes what it keeps, for minutes on a busy machine: it is given as much longer. */
const RESOURCE_PATIENCE = 3

export function diagnose(snapshot: RolloutSnapshot): Diagnosis {
  const served = serving(snapshot)
  if (served !== undefined) return served
  const failure = firstFailure(snapshot)
  if (failure !== undefined) return { state: 'failure', failure }
  const { phase, detail } = progress(snapshot)
  const waitedMs = snapshot.nowMs - snapshot.phaseSinceMs
  const patienceMs = snapshot.patienceMs * (phase === 'resources' ? RESOURCE_PATIENCE : 1)
  if (waitedMs < patienceMs) return { state: 'progress', phase, detail }
  return { state: 'failure', failure: outOfPatience(snapshot, phase, Math.round(waitedMs / 1000)) }
}

/** What the App asks for serves. */
function serving(snapshot: RolloutSnapshot): Diagnosis | undefined {
  if (!isSeen(snapshot)) return undefined
  const { status } = snapshot.app
  const isTrue = (type: string, reason?: string) =>
    status?.conditions?.some(
      (condition) =>
        condition.type === type && condition.status === 'True' && (reason === undefined || condition.reason === reason),
    )
  // One that is scaled to nothing is where it shall be, and yet not ready.
  return isTrue('Ready') || isTrue('Progressing', 'RolloutComplete')
    ? { state: 'serving', url: status?.url }
    : undefined
}

type Rule = (snapshot: RolloutSnapshot) => RolloutFailure | undefined

const RULES: readonly Rule[] = [refused, stepFailed, notCreated, ...[containersFailed, unschedulable].map(forNewPods)]

function firstFailure(snapshot: RolloutSnapshot): RolloutFailure | undefined {
  for (const rule of RULES) {
    const failure = rule(snapshot)
    if (failure !== undefined) return failure
  }
  return undefined
}

/** Reasons of a failed App that are about the App itself; those about its pods are told in more detail from the pods. */
const APP_REASONS = new Set(['Forbidden', 'HostTaken', 'InvalidSpec', 'NameTaken', 'ReleaseFailed', 'ReleaseNotFound'])

function refused(snapshot: RolloutSnapshot): RolloutFailure | undefined {
  const progressing = hopeless(snapshot)
  if (progressing === undefined || !APP_REASONS.has(progressing.reason)) return undefined
  return { code: 'refused', reason: progressing.reason, message: progressing.message }
}

/** What the App says when it will not get there. */
function hopeless(snapshot: RolloutSnapshot): k8s.Condition | undefined {
  if (!isSeen(snapshot)) return undefined
  return snapshot.app.status?.conditions?.find(({ type, status }) => type === 'Progressing' && status === 'False')
}

function stepFailed(snapshot: RolloutSnapshot): RolloutFailure | undefined {
  if (hopeless(snapshot)?.reason !== 'ReleaseStepFailed') return undefined
  const pod = stepPod(snapshot)
  const status = pod?.status?.containerStatuses?.[0]
  const exitCode = status?.state?.terminated?.exitCode
  if (pod === undefined || status === undefined) return { code: 'stepFailed', exitCode, where: undefined }
  return { code: 'stepFailed', exitCode, where: { pod: pod.metadata.name, container: status.name, previous: false } }
}

function notCreated(snapshot: RolloutSnapshot): RolloutFailure | undefined {
  if (!isStarted(snapshot) || newPods(snapshot).length > 0) return undefined
  const conditions = [...newReplicaSets(snapshot), ...newDeployments(snapshot)].flatMap(
    ({ status }): readonly (k8s.ReplicaSetCondition | k8s.DeploymentCondition)[] => status?.conditions ?? [],
  )
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  return failure && { code: 'notCreated', message: failure.message ?? failure.reason ?? '' }
}

/** Turns a rule about one pod into one about the rollout, once the pods are known to be the new ones. */
function forNewPods(rule: (pod: k8s.Pod, snapshot: RolloutSnapshot) => RolloutFailure | undefined): Rule {
  return (snapshot) => {
    if (!isStarted(snapshot)) return undefined
    for (const pod of newPods(snapshot)) {
      const failure = rule(pod, snapshot)
      if (failure !== undefined) return failure
    }
    return undefined
  }
}

function containersFailed(pod: k8s.Pod, { nowMs, events }: RolloutSnapshot): RolloutFailure | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {}
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const failure = containerFailure({ pod, status, nowMs })
    if (failure?.code === 'imagePull')
      return { ...failure, message: lastEvent(pod, events, 'Failed') ?? failure.message }
    if (failure !== undefined) return failure
  }
  return undefined
}

/** While a kubelet backs off, the reason for it is only in the event of the failed pull. */
function lastEvent(pod: k8s.Pod, events: readonly k8s.Event[], reason: string): string | undefined {
  return eventsOf(pod, events).findLast(
    (event) => event.reason === reason && event.message !== 'Error: ImagePullBackOff',
  )?.message
}

/** Oldest first. */
const eventsOf = (pod: k8s.Pod, events: readonly k8s.Event[]): k8s.Event[] =>
  events
    .filter((event) => event.involvedObject.uid === pod.metadata.uid)
    .toSorted((a, b) => (a.lastTimestamp ?? '').localeCompare(b.lastTimestamp ?? ''))

function unschedulable(pod: k8s.Pod, { nowMs }: RolloutSnapshot): RolloutFailure | undefined {
  const scheduled = podCondition(pod, 'PodScheduled')
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined
  const since = Date.parse(scheduled.lastTransitionTime ?? pod.metadata.creationTimestamp ?? '')
  if (Number.isNaN(since) || nowMs - since < SCHEDULING_GRACE_MS) return undefined
  return { code: 'unschedulable', message: scheduled.message ?? '' }
}

/** The phase of the pod that is least far, and what is special about it. */
function progress(snapshot: RolloutSnapshot): { phase: RolloutPhase; detail: string } {
  if (!isSeen(snapshot)) return { phase: 'accepting', detail: '' }
  const held = snapshot.app.status?.conditions?.find(({ reason }) => reason === 'WaitingForResource')
  if (held !== undefined) return { phase: 'resources', detail: held.message }
  const before = snapshot.app.status?.conditions?.find(({ reason }) => reason === 'WaitingForStep')
  if (before !== undefined) return { phase: 'releaseStep', detail: before.message }
  if (!isStarted(snapshot)) return { phase: stepPod(snapshot) ? 'releaseStep' : 'accepting', detail: '' }
  const pods = newPods(snapshot)
  const wanted = newDeployments(snapshot).reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0)
  const [waiting] = pods.filter((pod) => podCondition(pod, 'Ready')?.status !== 'True')
  if (waiting !== undefined) return podProgress(waiting, snapshot)
  if (pods.length < wanted) return { phase: 'creating', detail: `${pods.length}/${wanted}` }
  return { phase: 'switching', detail: '' }
}

function podProgress(pod: k8s.Pod, snapshot: RolloutSnapshot): { phase: RolloutPhase; detail: string } {
  if (pod.spec?.nodeName === undefined)
    return { phase: 'scheduling', detail: podCondition(pod, 'PodScheduled')?.message ?? '' }
  const status = pod.status?.containerStatuses?.[0]
  if (status?.state?.running !== undefined) return { phase: 'listening', detail: String(expectedPort(snapshot)) }
  const last = eventsOf(pod, snapshot.events).at(-1)
  const pulling = last?.reason === 'Pulling' || /ImagePull/.test(status?.state?.waiting?.reason ?? '')
  return { phase: pulling ? 'pulling' : 'starting', detail: status?.restartCount ? `${status.restartCount}` : '' }
}

function outOfPatience(snapshot: RolloutSnapshot, phase: RolloutPhase, seconds: number): RolloutFailure {
  const pod = newPods(snapshot).find((each) => podCondition(each, 'Ready')?.status !== 'True')
  const status = pod?.status?.containerStatuses?.[0]
  if (phase !== 'listening' || pod === undefined || status === undefined) return { code: 'noProgress', phase, seconds }
  const containerId = status.containerID?.replace(/^.*:\/\//, '')
  const where = { pod: pod.metadata.name, container: status.name, containerId, previous: false }
  return { code: 'notListening', port: expectedPort(snapshot), seconds, where }
}
