/** An App's status, from what has become of its Deployment and pods. Pure. */
import type { App, AppStatus, k8s } from '../api/index.ts'
import { toKubernetesTime } from '../lib/index.ts'
import { CONTAINER_NAME, portOf } from './desired-deployment.ts'
import type { GatewayOptions } from './gateway.ts'
import type { HostClaims } from './hosts.ts'
import { LISTEN_DEADLINE_MS, LISTEN_NOTICE_MS, type PodFailure, podFailure } from './pod-failure.ts'

export interface AppObservation {
  app: App
  deployment: k8s.Deployment | undefined
  /** The app's pods that are not being deleted. */
  pods: readonly k8s.Pod[]
  hosts: HostClaims
  gateway: GatewayOptions
  /** Why the app's objects could not be written, when they could not. */
  blocked?: { reason: string; message: string } | undefined
  nowMs: number
}

interface Judgement {
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
}

export function appStatus(observation: AppObservation): AppStatus {
  const { app, deployment, hosts, gateway } = observation
  const host = hosts.granted[0]
  const now = toKubernetesTime(observation.nowMs)
  const judged = { ...judge(observation), HostsAccepted: judgeHosts(hosts) }
  const serving = servingImage(observation)
  return {
    observedGeneration: app.metadata.generation,
    conditions: Object.entries(judged).map(([type, judgement]) => {
      const before = app.status?.conditions?.find((condition) => condition.type === type)
      const lastTransitionTime = before?.status === judgement.status ? before.lastTransitionTime : now
      return { type, ...judgement, observedGeneration: app.metadata.generation, lastTransitionTime }
    }),
    ...(host !== undefined && { url: urlOf(host, gateway) }),
    replicas: deployment?.status?.replicas ?? 0,
    readyReplicas: deployment?.status?.readyReplicas ?? 0,
    ...(serving !== undefined && { servingImage: serving }),
  }
}

export function urlOf(host: string, { scheme, port }: GatewayOptions): string {
  const isDefaultPort = port === (scheme === 'https' ? 443 : 80)
  return `${scheme}://${host}${isDefaultPort ? '' : `:${port}`}`
}

/** `Ready`: the wished version serves. `Progressing`: it is on its way or there; False when it will not get there. */
function judge(observation: AppObservation): { Ready: Judgement; Progressing: Judgement } {
  const { app, deployment, hosts, blocked } = observation
  if (blocked !== undefined) return failed(blocked)
  const [refused] = hosts.refused
  if (hosts.granted.length === 0 && refused !== undefined)
    return failed({ reason: 'HostTaken', message: takenBy(refused) })
  if (deployment === undefined) return underWay({ reason: 'Creating', message: 'the Deployment is being created' })
  if (isSettled(deployment)) {
    const replicas = deployment.spec.replicas ?? 1
    if (replicas === 0) return stopped()
    const image = imageOf(deployment.spec.template.spec)
    const message =
      image === app.spec.image
        ? `serving with ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`
        : `the Deployment was changed by hand and serves ${image}; the next deploy returns it to what the App says`
    const done = {
      status: 'True' as const,
      reason: image === app.spec.image ? 'Serving' : 'ServingOtherImage',
      message,
    }
    return { Ready: done, Progressing: { ...done, reason: 'RolloutComplete' } }
  }
  const failure = worstFailure(observation)
  if (failure?.isFatal) return failed(failure)
  const gaveUp = deploymentFailure(deployment)
  if (gaveUp !== undefined) return failed(failure ?? gaveUp)
  return underWay(failure ?? { reason: 'RollingOut', message: progressOf(deployment) })
}

const failed = ({ reason, message }: { reason: string; message: string }) => ({
  Ready: { status: 'False' as const, reason, message },
  Progressing: { status: 'False' as const, reason, message },
})
const underWay = ({ reason, message }: { reason: string; message: string }) => ({
  Ready: { status: 'False' as const, reason, message },
  Progressing: { status: 'True' as const, reason, message },
})
const stopped = () => {
  const message = 'scaled to 0 replicas'
  return {
    Ready: { status: 'False' as const, reason: 'ScaledToZero', message },
    Progressing: { status: 'True' as const, reason: 'RolloutComplete', message },
  }
}

function judgeHosts({ granted, refused }: HostClaims): Judgement {
  if (refused.length === 0)
    return { status: 'True', reason: 'Accepted', message: `reachable as ${granted.join(', ') || 'no host'}` }
  return { status: 'False', reason: 'HostTaken', message: refused.map(takenBy).join('; ') }
}

const takenBy = ({ host, owner }: HostClaims['refused'][number]) =>
  `host ${host} belongs to App ${owner}; choose another in spec.hosts, or remove it there`

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

function deploymentFailure({ status }: k8s.Deployment): { reason: string; message: string } | undefined {
  const conditions = status?.conditions ?? []
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  const stuck = conditions.find(({ type, status }) => type === 'Progressing' && status === 'False')
  const told = failure ?? stuck
  return told && { reason: told.reason ?? told.type, message: told.message ?? 'the Deployment does not progress' }
}

function progressOf({ spec, status }: k8s.Deployment): string {
  const { updatedReplicas = 0, availableReplicas = 0 } = status ?? {}
  return `${Math.min(updatedReplicas, availableReplicas)} of ${spec.replicas ?? 1} replicas of the new version are up`
}

/** What keeps the pods of the present template from answering; a fatal failure before others. */
function worstFailure({ app, deployment, pods, nowMs }: AppObservation): PodFailure | undefined {
  const image = imageOf(deployment?.spec.template.spec)
  const failures = pods
    .filter((pod) => imageOf(pod.spec) === image)
    .map((pod) => podFailure(pod, { port: portOf(app), nowMs }))
    .filter((failure) => failure !== undefined)
  return failures.find(({ isFatal }) => isFatal) ?? failures[0]
}

/** The image of the pods that answer. While two versions do, the old one: the new has not replaced it yet. */
function servingImage({ app, pods }: AppObservation): string | undefined {
  const ready = pods.filter((pod) =>
    pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  )
  const images = ready.map((pod) => imageOf(pod.spec))
  return images.find((image) => image !== app.spec.image) ?? images[0]
}

const imageOf = (spec: k8s.PodSpec | undefined): string | undefined =>
  spec?.containers.find(({ name }) => name === CONTAINER_NAME)?.image

/** Milliseconds until the status may change with time alone: a running app that does not listen yet. */
export function msUntilNextJudgement({ pods, nowMs }: AppObservation): number | undefined {
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
