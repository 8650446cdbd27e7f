/** What is known of a rollout at one instant, and the ways through it. Pure. */
import { type App, DEFAULT_APP_PORT, type k8s } from '../../api/index.ts'

export interface RolloutSnapshot {
  /** The image that shall serve. */
  image: string
  app: App | undefined
  /** The objects labelled as the app's. */
  deployment: k8s.Deployment | undefined
  replicaSets: readonly k8s.ReplicaSet[]
  pods: readonly k8s.Pod[]
  /** Of the namespace; only those about the new pods are read. */
  events: readonly k8s.Event[]
  nowMs: number
  /** When the rollout entered its present phase; what waits longer than `patienceMs` in one phase has failed. */
  phaseSinceMs: number
  patienceMs: number
}

const REVISION = 'deployment.kubernetes.io/revision'

/** Whether controllers have seen the newest App and the newest Deployment, and that one is of the wanted image. */
export function isCurrent({ app, deployment, image }: RolloutSnapshot): boolean {
  if (app === undefined || deployment === undefined) return false
  const seen = (object: { metadata: { generation?: number | undefined } }, observed: number | undefined) =>
    (observed ?? 0) >= (object.metadata.generation ?? 0)
  const images = deployment.spec.template.spec?.containers.map((container) => container.image) ?? []
  return (
    seen(app, app.status?.observedGeneration) &&
    seen(deployment, deployment.status?.observedGeneration) &&
    images.includes(image)
  )
}

/** The ReplicaSet of the newest revision. */
export function newestReplicaSet({ replicaSets, deployment }: RolloutSnapshot): k8s.ReplicaSet | undefined {
  const revision = (set: k8s.ReplicaSet) => Number(set.metadata.annotations?.[REVISION] ?? 0)
  return replicaSets
    .filter((set) => set.metadata.ownerReferences?.some(({ uid }) => uid === deployment?.metadata.uid))
    .toSorted((a, b) => revision(b) - revision(a))[0]
}

/** Its pods that are to stay, oldest first. */
export function newPods(snapshot: RolloutSnapshot): k8s.Pod[] {
  const set = newestReplicaSet(snapshot)
  return snapshot.pods
    .filter((pod) => pod.metadata.deletionTimestamp === undefined)
    .filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === set?.metadata.uid))
    .toSorted((a, b) => (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? ''))
}

/** The port the app was told to listen on. */
export function expectedPort({ app, deployment }: RolloutSnapshot): number {
  const container = deployment?.spec.template.spec?.containers[0]
  return app?.spec.port ?? container?.ports?.[0]?.containerPort ?? DEFAULT_APP_PORT
}

export const podCondition = (pod: k8s.Pod, type: string): k8s.PodCondition | undefined =>
  pod.status?.conditions?.find((condition) => condition.type === type)
