/** How the releases of an App are, and what follows for its traffic. Pure. */
import { type App, type k8s, type KubeObject, RELEASE_LABEL, type Release, WEB_PROCESS } from '../api/index.ts'
import { bindingsOf } from './bindings/bound.ts'
import type { AppObjects } from './caches.ts'
import { deploymentName, lastingProcesses } from './objects/process.ts'
import { currentProcess } from './objects/replicas.ts'
import { stepName } from './objects/task.ts'
import { type Health, healthOf } from './release/health.ts'
import type { ReleaseObservation } from './release/release-status.ts'
import { stepInTheWay, stepState } from './release/step.ts'
import type { Rollout, Told } from './status/app-status.ts'
import { planTraffic } from './traffic/plan.ts'

export interface Judged {
  rollout: Rollout
  /** Of the releases whose status may change. */
  observed: ReleaseObservation[]
}

export function judge({
  app,
  wished,
  objects,
  nowMs,
}: {
  app: App
  wished: Release
  objects: AppObjects
  nowMs: number
}): Judged {
  const parts = { deployments: objects.deployments, pods: objects.pods, nowMs }
  const webHealth = (release: Release) => healthOf(release, wishedProcesses(app, release, isWeb), parts)
  /** The newest is up when all of it is; workers of others run only while they are in charge. */
  const health = (release: Release): Health =>
    release === wished && app.spec.traffic === undefined
      ? healthOf(release, wishedProcesses(app, release), parts)
      : webHealth(release)
  const isUp = (release: Release) => health(release).state === 'up'
  // A release just made may not be in the cache yet.
  const releases = objects.releases.includes(wished) ? objects.releases : [...objects.releases, wished]
  const waiting = (release: Release) => (isStarted(release, objects) ? undefined : waitingFor(release, objects))
  const isHeld = (release: Release) => waiting(release) !== undefined
  const before = stepInTheWay(wished, objects.jobs.values())
  const traffic = planTraffic({ app, releases, wished, isUp, isHeld })
  const othersServe = traffic.shares.some(
    ({ release, percent }) => release !== wished && percent > 0 && webHealth(release).state === 'up',
  )
  const observed = releases
    .filter((release) => release === wished || traffic.running.has(release.metadata.name))
    .map((release) => ({
      release,
      health: health(release),
      step: stepState(release, objects.jobs.get(stepName(release)), isHeld(release) || before !== undefined),
      isReplaceable: release === wished && othersServe,
      nowMs,
    }))
  const ofWished = observed.find(({ release }) => release === wished)
  const step = ofWished?.step ?? { state: 'none' }
  return {
    observed,
    rollout: {
      wished,
      health: ofWished?.health ?? { state: 'idle' },
      step,
      waiting: waiting(wished) ?? (step.state === 'waiting' && before ? waitingForStep(before) : undefined),
      traffic,
      primary: objects.deployments.get(deploymentName(traffic.primary, WEB_PROCESS)),
    },
  }
}

function waitingFor(release: Release, { resources }: AppObjects): Told | undefined {
  const { waiting: message } = bindingsOf(release, resources)
  return message === undefined ? undefined : { reason: 'WaitingForResource', message }
}

const waitingForStep = ({ metadata: { namespace, name } }: k8s.Job): Told => ({
  reason: 'WaitingForStep',
  message: `the release step of a deploy before this one still runs; it ends in time, or at once with kubectl delete job -n ${namespace} ${name}`,
})

/** Whether something of it runs or goes by the clock: then it goes on, however its Resources are. */
function isStarted(release: Release, { deployments, cronJobs }: AppObjects): boolean {
  const isOf = ({ metadata }: KubeObject) => metadata.labels?.[RELEASE_LABEL] === String(release.spec.number)
  const runs = [...deployments.values()].some((deployment) => isOf(deployment) && deployment.spec.replicas !== 0)
  return runs || [...cronJobs.values()].some(isOf)
}

const isWeb = (name: string): boolean => name === WEB_PROCESS

function wishedProcesses(app: App, release: Release, filter: (name: string) => boolean = () => true) {
  return lastingProcesses(release.spec)
    .filter(({ name }) => filter(name))
    .map(({ name }) => {
      const process = currentProcess(app, name)
      const isFixed = process !== undefined && process.autoscaling === undefined
      return { name, replicas: isFixed ? (process.replicas ?? 1) : undefined }
    })
}
