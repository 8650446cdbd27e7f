/** An App's status, from what has become of its releases. Pure. */
import { type App, type AppStatus, type AppTrafficStatus, HOST_TAKEN, type k8s, type Release } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { GatewayOptions } from '../gateway.ts'
import type { HostClaims } from '../hosts.ts'
import { hasWeb } from '../objects/process.ts'
import { conditionOf, isDead, isTrue } from '../release/conditions.ts'
import type { Health } from '../release/health.ts'
import type { StepState } from '../release/step.ts'
import type { Share, TrafficPlan } from '../traffic/plan.ts'
import { tagHost } from '../traffic/tag-host.ts'

export interface AppObservation {
  app: App
  hosts: HostClaims
  gateway: GatewayOptions
  /** Why the app's objects could not be written, when they could not. */
  blocked?: Told | undefined
  /** Missing while not even the first release could be made. */
  rollout?: Rollout | undefined
  nowMs: number
}

export interface Rollout {
  /** The release that the App asks for. */
  wished: Release
  health: Health
  step: StepState
  /** Why it is not started yet: what it is bound to, or the step of another. */
  waiting?: Told | undefined
  traffic: TrafficPlan
  /** Of `web`, in the release with the most traffic. */
  primary: k8s.Deployment | undefined
}

/** What is to be told, and in one word. */
export interface Told {
  reason: string
  message: string
}

interface Judgement extends Told {
  status: 'True' | 'False' | 'Unknown'
}

export function appStatus(observation: AppObservation): AppStatus {
  const { app, hosts, gateway, rollout } = observation
  const now = toKubernetesTime(observation.nowMs)
  const judged = { ...judge(observation), HostsAccepted: judgeHosts(observation) }
  const host = rollout === undefined || hasWeb(rollout.wished.spec) ? hosts.granted[0] : undefined
  return {
    observedGeneration: app.metadata.generation,
    conditions: Object.entries(judged).map(([type, judgement]) => {
      const before = app.status?.conditions?.find((condition) => condition.type === type)
      const lastTransitionTime = before?.status === judgement.status ? before.lastTransitionTime : now
      return { type, ...judgement, observedGeneration: app.metadata.generation, lastTransitionTime }
    }),
    ...(host !== undefined && { url: urlOf(app, host, gateway) }),
    replicas: rollout?.primary?.status?.replicas ?? 0,
    readyReplicas: rollout?.primary?.status?.readyReplicas ?? 0,
    ...(rollout && { latestRelease: rollout.wished.metadata.name }),
    ...answersOf(observation, host),
  }
}

/** Who answers. What could not be written does not: that stays as it was. */
function answersOf(
  { app, gateway, blocked, rollout, hosts: { tags } }: AppObservation,
  host: string | undefined,
): Partial<AppStatus> {
  const { servingRelease, servingImage, traffic: before } = app.status ?? {}
  if (blocked !== undefined) return { servingRelease, servingImage, traffic: before }
  if (rollout === undefined) return {}
  const traffic = rollout.traffic.shares.map((share) => shareOf(share, { app, host, tags, gateway }))
  return { ...servingOf(rollout), traffic }
}

/** Serving is who has the most traffic and answers it. */
function servingOf({ wished, health, traffic, primary }: Rollout): Partial<AppStatus> {
  const answers = (primary?.status?.readyReplicas ?? 0) > 0 || (traffic.primary === wished && health.state === 'up')
  if (!answers) return {}
  return { servingRelease: traffic.primary.metadata.name, servingImage: traffic.primary.spec.image }
}

function shareOf(
  { release, percent, tag }: Share,
  {
    app,
    host,
    tags,
    gateway,
  }: { app: App; host: string | undefined; tags: readonly string[]; gateway: GatewayOptions },
): AppTrafficStatus {
  const { name } = release.metadata
  const own = tag === undefined || host === undefined ? undefined : tagHost(tag, host)
  const url = own !== undefined && tags.includes(own) ? urlOf(app, own, gateway) : undefined
  return { release: name, number: release.spec.number, percent, ...(tag && { tag }), ...(url && { url }) }
}

/** By HTTPS when that is where who comes by HTTP is sent. */
export function urlOf(app: App, host: string, { port, securePort }: GatewayOptions): string {
  if (app.spec.tls?.redirect === true) return `https://${host}${securePort === 443 ? '' : `:${securePort}`}`
  return `http://${host}${port === 80 ? '' : `:${port}`}`
}

/** `Ready`: what is wished for serves. `Progressing`: it is on its way or there; False when it will not get there. */
function judge({ hosts, blocked, rollout }: AppObservation): { Ready: Judgement; Progressing: Judgement } {
  if (blocked !== undefined) return failed(blocked)
  const [refused] = hosts.refused
  if (hosts.granted.length === 0 && refused !== undefined)
    return failed({ reason: HOST_TAKEN, message: takenBy(refused) })
  if (rollout === undefined) return underWay({ reason: 'Creating', message: 'the release is being made' })
  const { wished, health, step, waiting, traffic, primary } = rollout
  const { name } = wished.metadata
  const [missing] = traffic.missing
  if (missing !== undefined)
    return failed({ reason: 'ReleaseNotFound', message: `there is no release v${missing}; spec.traffic names it` })
  const lost = traffic.awaited.find((release) => release !== wished && isDead(release))
  if (lost !== undefined) return failed(lostTo(lost))
  if (step.state === 'failed') return failed(step)
  if (waiting !== undefined && !isTrue(wished, 'Withdrawn')) return underWay(waiting)
  if (step.state === 'running') return underWay({ reason: 'ReleaseStep', message: `the release step of ${name} runs` })
  if (isTrue(wished, 'Withdrawn')) return failed(withdrawn(wished, traffic))
  if (health.state === 'failed') return failed(health.failure)
  if (health.state === 'starting') return underWay(health.failure ?? { reason: 'RollingOut', message: health.message })
  if (health.state === 'idle') return underWay({ reason: 'Creating', message: `${name} is being started` })
  if (!traffic.isAsWished) return underWay({ reason: 'Switching', message: switching(traffic) })
  const replicas = primary?.spec.replicas ?? 1
  if (replicas === 0 && hasWeb(wished.spec)) return stopped()
  const message = `${traffic.primary.metadata.name} serves with ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`
  const done = { status: 'True' as const, reason: 'Serving', message }
  return { Ready: done, Progressing: { ...done, reason: 'RolloutComplete' } }
}

function withdrawn(release: Release, traffic: TrafficPlan): Told {
  const { reason = 'Withdrawn', message = '' } = conditionOf(release, 'Withdrawn') ?? {}
  const serving = traffic.primary.metadata.name
  return { reason, message: `${release.metadata.name} was withdrawn, ${serving} goes on serving: ${message}` }
}

/** Of a release that `spec.traffic` names and that is not the newest. */
const lostTo = ({ spec: { number } }: Release): Told => ({
  reason: 'ReleaseFailed',
  message: `release v${number} has failed and is not started again; deploy it anew (naru rollback ${number}), or take it out of spec.traffic`,
})

const switching = ({ awaited }: TrafficPlan): string =>
  `traffic moves when ${awaited.map(({ metadata }) => metadata.name).join(' and ')} can take it`

const failed = ({ reason, message }: Told) => ({
  Ready: { status: 'False' as const, reason, message },
  Progressing: { status: 'False' as const, reason, message },
})
const underWay = ({ reason, message }: Told) => ({
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

function judgeHosts({ blocked, hosts: { granted, refused } }: AppObservation): Judgement {
  if (blocked?.reason === HOST_TAKEN) return { ...blocked, status: 'False' }
  if (refused.length === 0)
    return { status: 'True', reason: 'Accepted', message: `reachable as ${granted.join(', ') || 'no host'}` }
  return { status: 'False', reason: HOST_TAKEN, message: refused.map(takenBy).join('; ') }
}

function takenBy({ host, owner, isTag }: HostClaims['refused'][number]): string {
  const what = isTag ? `host ${host}, of a tag,` : `host ${host}`
  const instead = isTag ? 'choose another tag' : 'choose another in spec.hosts'
  return owner === undefined
    ? `${what} belongs to an app of another namespace; ${instead}`
    : `${what} belongs to App ${owner}; ${instead}, or remove it there`
}
