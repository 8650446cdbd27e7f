/** Which app a command is about: the one that is named, else that of the folder one is in. */
import type { App } from '../../api/index.ts'
import { getApp } from '../cluster/apps.ts'
import { type Cluster, openCluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { appName, checkFolder } from '../deploy/input.ts'

/** The name alone: the app need not exist. */
export async function targetName({ cwd }: CommandContext, named: string | boolean | undefined): Promise<string> {
  return typeof named === 'string' ? named : appName(await checkFolder(cwd, '.'), undefined)
}

export interface Target extends AsyncDisposable {
  cluster: Cluster
  app: App
}

/** Throws CliError `appUnknown`. */
export async function openTarget(context: CommandContext, named: string | boolean | undefined): Promise<Target> {
  const name = await targetName(context, named)
  await using opened = new AsyncDisposableStack()
  const cluster = opened.use(await openCluster(context))
  const app = await getApp(cluster, name, context.signal)
  const kept = opened.move()
  return { cluster, app, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
