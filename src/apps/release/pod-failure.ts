/** Why a pod of an app does not answer, in words that say what to do. */
import type { k8s } from '../../api/index.ts'
import { CONTAINER_NAME } from '../objects/pod-template.ts'

export interface PodFailure {
  /** One CamelCase word: Kubernetes' own where it has one. */
  reason: string
  message: string
  /** Whether waiting longer would be in vain, so that whoever waits should give up. */
  isFatal: boolean
}

/** An app may take so long from its start until it listens before that counts as a failure. */
export const LISTEN_DEADLINE_MS = 60_000
/** From here on it is worth saying. */
export const LISTEN_NOTICE_MS = 3_000

/** The waits that do not end by themselves, as kubelets report them, and what is wrong. */
const FATAL_WAITS: Record<string, string> = {
  ImagePullBackOff: 'the image cannot be pulled',
  InvalidImageName: 'the image name is invalid',
  ErrImageNeverPull: 'the image is not on the node',
  CreateContainerConfigError: 'the container cannot be configured',
  CreateContainerError: 'the container cannot be created',
  RunContainerError: 'the container cannot be started',
}

/** Nothing when the pod is ready or simply not so far yet. */
export function podFailure(pod: k8s.Pod, options: { port: number; nowMs: number }): PodFailure | undefined {
  const conditions = pod.status?.conditions ?? []
  if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return undefined
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable')
    return { reason: 'Unschedulable', message: `no node takes the pod: ${scheduled.message ?? ''}`, isFatal: false }
  if (pod.status?.phase === 'Failed')
    return {
      reason: pod.status.reason ?? 'PodFailed',
      message: `pod ${pod.metadata.name} failed: ${pod.status.message ?? pod.status.reason ?? 'no reason given'}`,
      isFatal: false,
    }
  const first = pod.status?.initContainerStatuses?.find(isFailing)
  if (first !== undefined) return containerFailure(first, options)
  const container = pod.status?.containerStatuses?.find(({ name }) => name === CONTAINER_NAME)
  return container && containerFailure(container, options)
}

/** Of those that begin before the app: that one has ended well, or goes on, is as it should be. */
const isFailing = ({ state }: k8s.ContainerStatus): boolean =>
  (state?.terminated !== undefined && state.terminated.exitCode !== 0) ||
  (state?.waiting !== undefined && state.waiting.reason !== 'PodInitializing')

function containerFailure(
  container: k8s.ContainerStatus,
  { port, nowMs }: { port: number; nowMs: number },
): PodFailure | undefined {
  const { waiting, terminated, running } = container.state ?? {}
  const last = terminated ?? container.lastState?.terminated
  if (waiting?.reason === 'CrashLoopBackOff' || (terminated !== undefined && container.restartCount > 0))
    return { ...crash(last, container.restartCount), isFatal: true }
  if (terminated !== undefined) return { ...crash(terminated, container.restartCount), isFatal: false }
  const wait = FATAL_WAITS[waiting?.reason ?? '']
  if (waiting?.reason !== undefined && wait !== undefined)
    return { reason: waiting.reason, message: `${wait}: ${waiting.message ?? container.image}`, isFatal: true }
  if (waiting?.reason === 'ErrImagePull')
    return { reason: 'ErrImagePull', message: `the image cannot be pulled: ${waiting.message ?? ''}`, isFatal: false }
  if (running?.startedAt === undefined) return undefined
  // Started again after a crash, and not answering yet: that it crashed is still the news.
  if (last !== undefined) return { ...crash(last, container.restartCount), isFatal: container.restartCount > 1 }
  const runningMs = nowMs - Date.parse(running.startedAt)
  if (Number.isNaN(runningMs) || runningMs < LISTEN_NOTICE_MS) return undefined
  return {
    reason: 'NotListening',
    message: `the app runs but does not listen on port ${port}: it must accept connections on 0.0.0.0, on the port given to it as the environment variable PORT`,
    isFatal: runningMs >= LISTEN_DEADLINE_MS,
  }
}

function crash(
  terminated: k8s.ContainerStateTerminated | undefined,
  restarts: number,
): { reason: string; message: string } {
  const times = restarts === 0 ? '' : `, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'} so far`
  if (terminated?.reason === 'OOMKilled')
    return { reason: 'OOMKilled', message: `the app was killed for using more memory than its limit${times}` }
  const how =
    terminated?.signal === undefined || terminated.signal === 0
      ? `exited with code ${terminated?.exitCode ?? 'unknown'}`
      : `was ended by signal ${terminated.signal} (exited with code ${terminated.exitCode})`
  return { reason: 'CrashLoopBackOff', message: `the app ${how}${times}` }
}
