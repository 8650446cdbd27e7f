/** What has become of a release, from its Deployments and pods. Pure. */
import type { k8s, Release } from '../../api/index.ts'
import { selectorOf } from '../objects/owned.ts'
import { CONTAINER_NAME } from '../objects/pod-template.ts'
import { deploymentName, portOf } from '../objects/process.ts'
import { LISTEN_DEADLINE_MS, LISTEN_NOTICE_MS, type PodFailure, podFailure } from './pod-failure.ts'

export interface ReleaseParts {
  /** By their names. */
  deployments: ReadonlyMap<string, k8s.Deployment>
  /** The app's pods that are not being deleted. */
  pods: readonly k8s.Pod[]
  nowMs: number
}

export interface WishedProcess {
  name: string
  /** How many pods the App asks for; undefined where an autoscaler says. None is up when there is none. */
  replicas: number | undefined
}

export type Health =
  /** Nothing of it runs, or has been asked to. */
  | { state: 'idle' }
  | { state: 'starting'; message: string; failure?: PodFailure | undefined }
  | { state: 'up' }
  /** Waiting longer is in vain. */
  | { state: 'failed'; failure: PodFailure }

/** Of those `processes` that are to run; how the others are does not count. */
export function healthOf(release: Release, processes: readonly WishedProcess[], parts: ReleaseParts): Health {
  const found = processes.map(({ name }) => parts.deployments.get(deploymentName(release, name)))
  const there = found.filter((deployment) => deployment !== undefined)
  const isAsleep = (deployment: k8s.Deployment | undefined, index: number) =>
    deployment === undefined || (deployment.spec.replicas === 0 && processes[index]?.replicas !== 0)
  if (found.length > 0 && found.every(isAsleep)) return { state: 'idle' }
  if (found.some(isAsleep)) return { state: 'starting', message: 'the Deployments are being created' }
  const isResized = processes.every(({ replicas }, index) =>
    [undefined, found[index]?.spec.replicas].includes(replicas),
  )
  if (isResized && there.every(isSettled)) return { state: 'up' }
  const failure = worstFailure(release, processes, parts)
  if (failure?.isFatal) return { state: 'failed', failure }
  const gaveUp = there.map(deploymentFailure).find((found) => found !== undefined)
  if (gaveUp !== undefined) return { state: 'failed', failure: failure ?? gaveUp }
  return { state: 'starting', message: there.map(progressOf).join(', '), failure }
}

/** Whether the deployment controller has seen the spec and all pods are of it. */
function isSettled({ metadata, spec, status }: k8s.Deployment): boolean {
  const replicas = spec.replicas ?? 1
  return (
    (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    (status?.replicas ?? 0) === replicas &&
    (status?.updatedReplicas ?? 0) === replicas &&
    (status?.availableReplicas ?? 0) === replicas
  )
}

function deploymentFailure({ status }: k8s.Deployment): PodFailure | undefined {
  const conditions = status?.conditions ?? []
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  const stuck = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False')
  const told = failure ?? stuck
  if (told === undefined) return undefined
  return {
    reason: told.reason ?? told.type,
    message: told.message ?? 'the Deployment does not progress',
    isFatal: true,
  }
}

function progressOf({ spec, status }: k8s.Deployment): string {
  const { updatedReplicas = 0, availableReplicas = 0 } = status ?? {}
  return `${Math.min(updatedReplicas, availableReplicas)} of ${spec.replicas ?? 1} replicas of the new version are up`
}

/** What keeps the processes' pods from running or answering; a fatal failure before others. */
function worstFailure(
  release: Release,
  processes: readonly WishedProcess[],
  { pods, nowMs }: ReleaseParts,
): PodFailure | undefined {
  const selectors = processes.map(({ name }) => Object.entries(selectorOf(release, name)))
  const isOfThese = ({ metadata: { labels } }: k8s.Pod) =>
    selectors.some((selector) => selector.every(([label, value]) => labels?.[label] === value))
  const failures = pods
    .filter(isOfThese)
    .map((pod) => podFailure(pod, { port: portOf(release.spec), nowMs }))
    .filter((failure) => failure !== undefined)
  return failures.find(({ isFatal }) => isFatal) ?? failures[0]
}

/** Milliseconds until the health may change with time alone: a running app that does not listen yet. */
export function msUntilNextJudgement({ pods, nowMs }: Pick<ReleaseParts, 'pods' | 'nowMs'>): number | undefined {
  const waits = pods.flatMap((pod) => {
    const startedAt = pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER_NAME)?.state?.running
      ?.startedAt
    const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
    if (startedAt === undefined || isReady) return []
    const runningMs = nowMs - Date.parse(startedAt)
    return [LISTEN_NOTICE_MS, LISTEN_DEADLINE_MS].filter((limit) => runningMs < limit).map((limit) => limit - runningMs)
  })
  return waits.length === 0 ? undefined : Math.min(...waits)
}
