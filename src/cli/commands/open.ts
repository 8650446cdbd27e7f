/** `naru open`: the app in the browser, where there is one; its URL in any case. */
import { spawn } from 'node:child_process'
import { findBinary } from '../../host/index.ts'
import { getApp } from '../cluster/apps.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import type { CommandRun } from '../context.ts'
import { CliError } from '../errors.ts'

export const open: CommandRun = async (context, input) => {
  const name = input.arguments[0] ?? ''
  await using cluster = await openCluster(context)
  const app = await getApp(cluster, name, context.signal)
  const url = app.status?.url
  if (url === undefined) throw CliError.of('appNoUrl', { name })
  const opener = await findOpener(context.env)
  if (opener !== undefined && context.console.interactive) {
    const child = spawn(opener, [url], { detached: true, stdio: 'ignore' })
    child.on('error', () => {}) // The URL is printed below: nothing is lost.
    child.unref()
  }
  context.console.line(url)
  context.console.document({ name, namespace: cluster.namespace, url })
  return 0
}

async function findOpener(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (process.platform === 'darwin') return '/usr/bin/open'
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined
  return findBinary('xdg-open', { path: env.PATH })
}
