/** Who answers, and who must run for that. Pure. */
import type { App, AppTrafficTarget, Release } from '../../api/index.ts'
import { isDead, isTrue } from '../release/conditions.ts'

export interface Share {
  release: Release
  percent: number
  tag?: string | undefined
}

export interface TrafficSnapshot {
  app: App
  releases: readonly Release[]
  /** The release that the App asks for. */
  wished: Release
  /** Whether all that a release runs is up. */
  isUp: (release: Release) => boolean
  /** Whether a release that is not started waits for something that it needs. */
  isHeld?: (release: Release) => boolean
}

export interface TrafficPlan {
  /** Who gets requests from now on; of an app without a process `web`: whose other processes run. */
  shares: Share[]
  /** The release that most requests go to: its workers run, and the app's own Service leads to it. */
  primary: Release
  /** Names of the releases whose `web` runs. */
  running: ReadonlySet<string>
  /** Names of the releases whose other processes run, too. */
  working: ReadonlySet<string>
  /** Whether they are what the App asks for. */
  isAsWished: boolean
  /** Who shall get requests and is not up, or never will be. */
  awaited: Release[]
  /** Numbers that `spec.traffic` speaks of and that there are not. */
  missing: number[]
}

/** Requests move when everybody who shall have some is up; until then who had them keeps them. */
export function planTraffic(snapshot: TrafficSnapshot): TrafficPlan {
  const { app, releases, wished, isUp, isHeld = () => false } = snapshot
  const mayRun = (release: Release) => isStepDone(release) && !isHeld(release)
  const mayStart = (release: Release) => mayRun(release) && !isDead(release)
  const { targets, missing } = wishedShares(snapshot)
  const present = presentShares(app, releases)
  const awaited = targets
    .filter(({ release, percent }) => percent > 0 && (isDead(release) || !isUp(release)))
    .map(({ release }) => release)
  const mayMove = missing.length === 0 && awaited.length === 0
  const isFirst = present.length === 0 && missing.length === 0
  const shares = isFirst || mayMove ? targets : present
  const primary = mostOf(shares) ?? wished
  const isSplit = app.spec.traffic !== undefined
  const asked = targets.filter(({ percent, tag }) => percent > 0 || tag !== undefined).map(({ release }) => release)
  const starting = [wished, ...asked].filter(mayStart)
  const serving = shares.map(({ release }) => release).filter(mayRun)
  const running = names([...serving, ...starting])
  const working = names([primary, ...(isSplit ? [] : [wished])].filter(mayStart))
  return { shares, primary, running, working, isAsWished: mayMove, awaited, missing }
}

const isStepDone = (release: Release): boolean =>
  release.spec.releaseStep === undefined || isTrue(release, 'StepSucceeded')

function wishedShares({ app, releases, wished }: TrafficSnapshot): { targets: Share[]; missing: number[] } {
  const asked: AppTrafficTarget[] = app.spec.traffic ?? [{ percent: 100 }]
  const targets: Share[] = []
  const missing: number[] = []
  for (const { release: number, percent, tag } of asked) {
    const release = number === undefined ? wished : releases.find(({ spec }) => spec.number === number)
    if (release === undefined) missing.push(number ?? 0)
    // The newest may be asked for by its number as well.
    else if (targets.some((target) => target.release === release)) addTo(targets, release, percent)
    else targets.push({ release, percent, tag })
  }
  return { targets, missing }
}

function addTo(targets: Share[], release: Release, percent: number): void {
  for (const target of targets) if (target.release === release) target.percent += percent
}

/** As the status remembers it, without those that are gone, and those that were taken back while others answer: these have
 *  all of it then. */
function presentShares(app: App, releases: readonly Release[]): Share[] {
  const present = (app.status?.traffic ?? []).flatMap(({ release: name, percent, tag }) => {
    const release = releases.find(({ metadata }) => metadata.name === name)
    return release === undefined ? [] : [{ release, percent, tag }]
  })
  const living = present.filter(({ release }) => !isDead(release))
  const total = living.reduce((sum, { percent }) => sum + percent, 0)
  if (total === 0 || living.length === present.length) return present
  return living.map((share) => ({ ...share, percent: Math.round((share.percent * 100) / total) }))
}

const mostOf = (shares: readonly Share[]): Release | undefined =>
  shares.toSorted((a, b) => b.percent - a.percent || b.release.spec.number - a.release.spec.number)[0]?.release

const names = (releases: readonly Release[]): ReadonlySet<string> =>
  new Set(releases.map(({ metadata }) => metadata.name))
