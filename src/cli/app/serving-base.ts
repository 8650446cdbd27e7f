/** What a change of an app starts from. */
import type { App } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { SpecPatch } from '../cluster/change-app.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { listReleases, releaseState } from './releases.ts'
import { rolledBackSpec } from './rolled-back.ts'

/** A change is made to what serves: where the newest release has failed, the one before it is what is changed. */
export async function servingBase(
  { clock, signal }: CommandContext,
  cluster: Cluster,
  app: App,
): Promise<(app: App) => SpecPatch> {
  const releases = await listReleases(cluster, app, signal)
  const named = (name: string | undefined) => releases.find(({ metadata }) => metadata.name === name)
  const latest = named(app.status?.latestRelease)
  const serving = named(app.status?.servingRelease)
  const hasFailed = latest !== undefined && ['failed', 'withdrawn'].includes(releaseState(app, latest))
  if (!hasFailed || serving === undefined || serving === latest) return () => ({})
  return (now) => rolledBackSpec(now, serving, toKubernetesTime(clock.now()))
}
