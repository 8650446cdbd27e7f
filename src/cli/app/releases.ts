/** The releases of an app, and how people name them: `v12`, `12`. */
import { type App, APP_LABEL, type Release, releases } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import { CliError } from '../errors.ts'

/** Newest first. */
export async function listReleases(
  { client, namespace }: Pick<Cluster, 'client' | 'namespace'>,
  app: App,
  signal: AbortSignal,
): Promise<Release[]> {
  const labelSelector = `${APP_LABEL}=${app.metadata.name}`
  const { items } = await client.list(releases, { namespace, labelSelector, signal })
  return items.toSorted((a, b) => b.spec.number - a.spec.number)
}

/** Undefined for what is no number of a release. */
export function releaseNumber(text: string | undefined): number | undefined {
  const [, digits] = /^v?([1-9]\d{0,8})$/.exec(text ?? '') ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Throws CliError `releaseUnknown`, `noRelease`. */
export function releaseOf(app: App, list: readonly Release[], number: number): Release {
  const found = list.find(({ spec }) => spec.number === number)
  if (found !== undefined) return found
  if (list.length === 0) throw CliError.of('noRelease', { name: app.metadata.name })
  const known = list.map(({ spec }) => `v${spec.number}`).join(', ')
  throw CliError.of('releaseUnknown', { name: app.metadata.name, release: `v${number}`, known })
}

export type ReleaseState = 'serving' | 'starting' | 'ready' | 'failed' | 'withdrawn'

/** `serving`: has traffic. `ready`: has been up, and can be gone back to. */
export function releaseState(app: App, release: Release): ReleaseState {
  const is = (type: string, status: string) =>
    release.status?.conditions?.some((condition) => condition.type === type && condition.status === status) === true
  if (is('Withdrawn', 'True')) return 'withdrawn'
  if (is('StepSucceeded', 'False')) return 'failed'
  if (percentOf(app, release) > 0 && is('Ready', 'True')) return 'serving'
  if (is('Ready', 'True')) return 'ready'
  return is('Ready', 'False') ? 'failed' : 'starting'
}

export const percentOf = (app: App, { metadata }: Release): number =>
  app.status?.traffic?.find(({ release }) => release === metadata.name)?.percent ?? 0

/** The release that most requests go to, else the one that is asked for. Throws CliError `noRelease`. */
export function releaseInCharge(app: App, list: readonly Release[]): Release {
  const name = app.status?.servingRelease ?? app.status?.latestRelease
  const found = list.find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw CliError.of('noRelease', { name: app.metadata.name })
  return found
}
