/** Reads Apps, and says so when one is not there. */
import { type App, apps, type k8s, isApiError, keyOf } from '../../api/index.ts'
import { CliError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Console } from '../output/console.ts'
import { listVisible } from './list-visible.ts'
import type { Cluster } from './open-cluster.ts'

/** Throws CliError `appUnknown`, naming the nearest or all that there are. */
export async function getApp(
  cluster: Pick<Cluster, 'client' | 'namespace'>,
  name: string,
  signal: AbortSignal,
): Promise<App> {
  const { client, namespace } = cluster
  try {
    return await client.get(apps, { namespace, name }, { signal })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    const list = await listVisible(cluster, apps, { signal })
    const known = list.map((app) => (app.metadata.namespace === namespace ? app.metadata.name : keyOf(app)))
    const near = nearest(name, known)
    const hint = (near === undefined ? known : [near]).join(', ')
    if (hint === '') throw CliError.of('appUnknownNoApps', { name, namespace })
    throw CliError.of('appUnknown', { name, namespace, known: hint })
  }
}

export type AppState = 'ready' | 'maintenance' | 'progressing' | 'failing' | 'degraded'

/** `ready`: what is wished for serves. `degraded`: an older release does. `maintenance`: it could, and a page is shown. */
export function appState(app: App): AppState {
  const { status } = app
  const ready = condition(app, 'Ready')
  const current = (status?.observedGeneration ?? 0) >= (app.metadata.generation ?? 0)
  if (current && ready?.status === 'True') return app.spec.maintenance === undefined ? 'ready' : 'maintenance'
  if (condition(app, 'Progressing')?.status === 'True' || !current) return 'progressing'
  return status?.servingRelease === undefined ? 'failing' : 'degraded'
}

/** Why the app does not answer at hosts that it asks for. */
export function noteRefusedHosts(console: Console, app: App): void {
  const accepted = condition(app, 'HostsAccepted')
  if (accepted?.status === 'False') console.note(accepted.message)
}

export const condition = (app: App, type: string): k8s.Condition | undefined =>
  app.status?.conditions?.find((entry) => entry.type === type)
