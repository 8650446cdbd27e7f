/** How many pods a process of a release has. Pure. */
import type { App, AppProcess, k8s } from '../../api/index.ts'
import { processesOf } from './process.ts'

export interface ReplicaSnapshot {
  app: App
  /** Of the process. */
  name: string
  isRunning: boolean
  /** The Deployment as it is. */
  present: k8s.Deployment | undefined
  /** That of the same process in the release with the most traffic. */
  predecessor: k8s.Deployment | undefined
}

/** As the App says it now, whichever release it is of; undefined for a process that it no longer has. */
export const currentProcess = (app: App, name: string): AppProcess | undefined =>
  processesOf(app.spec).find((process) => process.name === name)

/** What an autoscaler decides is its own; a release that takes over starts with as many pods as the one before has. A process
 *  that the App no longer has stays as it is for as long as its release runs. */
export function replicasOf({ app, name, isRunning, present, predecessor }: ReplicaSnapshot): number {
  if (!isRunning) return 0
  const process = currentProcess(app, name)
  if (process === undefined) return present?.spec.replicas || 1
  const { autoscaling, replicas = 1 } = process
  if (autoscaling === undefined) return replicas
  const { minReplicas = 1, maxReplicas } = autoscaling
  const decided = present?.spec.replicas || predecessor?.spec.replicas || minReplicas
  return Math.min(Math.max(decided, minReplicas), maxReplicas)
}
