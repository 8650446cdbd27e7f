/** What is known of a rollout at one instant, and the ways through it. Pure. */
import { type App, DEFAULT_APP_PORT, type k8s, type KubeObject, PROCESS_LABEL, RELEASE_LABEL } from '../../api/index.ts'
import { STEP_PROCESS } from '../../apps/index.ts'

export interface RolloutSnapshot {
  /** Of the App's spec that was written: what was said about an older one does not count. */
  generation: number
  app: App | undefined
  /** The objects labelled as the app's. */
  deployments: readonly k8s.Deployment[]
  replicaSets: readonly k8s.ReplicaSet[]
  pods: readonly k8s.Pod[]
  /** Of the namespace; only those about the new pods are read. */
  events: readonly k8s.Event[]
  nowMs: number
  /** When the rollout entered its present phase; what waits longer than `patienceMs` in one phase has failed. */
  phaseSinceMs: number
  patienceMs: number
}

/** Whether the App's controller has seen what was written. */
export function isSeen(snapshot: RolloutSnapshot): snapshot is RolloutSnapshot & { app: App } {
  const { app, generation } = snapshot
  return (
    app !== undefined && (app.status?.observedGeneration ?? 0) >= Math.max(generation, app.metadata.generation ?? 0)
  )
}

/** Whether the release that is rolled out has been started. */
export function isStarted(snapshot: RolloutSnapshot): boolean {
  const deployments = newDeployments(snapshot)
  return (
    isSeen(snapshot) &&
    deployments.length > 0 &&
    deployments.every(({ metadata, status }) => (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0))
  )
}

/** Of the release that the App asks for. */
const ofRelease =
  ({ app }: RolloutSnapshot) =>
  ({ metadata }: KubeObject): boolean =>
    app?.status?.latestRelease === `${app?.metadata.name}-v${metadata.labels?.[RELEASE_LABEL]}`

export const newDeployments = (snapshot: RolloutSnapshot): k8s.Deployment[] =>
  snapshot.deployments.filter(ofRelease(snapshot))

export const newReplicaSets = (snapshot: RolloutSnapshot): k8s.ReplicaSet[] =>
  snapshot.replicaSets.filter(ofRelease(snapshot))

/** The pods of its Deployments that are to stay, oldest first. Those of one-offs and of runs by the clock are none. */
export function newPods(snapshot: RolloutSnapshot): k8s.Pod[] {
  const processes = new Set(newDeployments(snapshot).map(processOf))
  return podsOf(snapshot).filter((pod) => pod.metadata.deletionTimestamp === undefined && processes.has(processOf(pod)))
}

const processOf = ({ metadata }: KubeObject): string | undefined => metadata.labels?.[PROCESS_LABEL]

/** The pod of its release step. */
export const stepPod = (snapshot: RolloutSnapshot): k8s.Pod | undefined =>
  podsOf(snapshot).findLast((pod) => processOf(pod) === STEP_PROCESS)

const podsOf = (snapshot: RolloutSnapshot): k8s.Pod[] =>
  snapshot.pods
    .filter(ofRelease(snapshot))
    .toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))

/** The port the app was told to listen on. */
export function expectedPort(snapshot: RolloutSnapshot): number {
  const ports = newDeployments(snapshot).flatMap(({ spec }) => spec.template.spec?.containers[0]?.ports ?? [])
  return snapshot.app?.spec.port ?? ports[0]?.containerPort ?? DEFAULT_APP_PORT
}

export const podCondition = (pod: k8s.Pod, type: string): k8s.PodCondition | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type)
