/** The kubeconfig that the engine writes for its administrator, and its way into the user's. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type Paths } from '../../lib/index.ts'
import type { CommandContext } from '../context.ts'
import { addContext, removeContext } from '../kubeconfig/files.ts'
import { CONTEXT } from '../kubeconfig/context-name.ts'
import type { NaruEntries } from '../kubeconfig/merge.ts'

export const adminKubeconfig = (paths: Paths): string => join(paths.stateDir, 'admin.kubeconfig')

interface AdminKubeconfig {
  clusters: { cluster: NaruEntries['cluster'] }[]
  users: { user: NaruEntries['user'] }[]
}

/** Undefined when no engine has been started with this state yet. */
export async function readAdminEntries(paths: Paths): Promise<NaruEntries | undefined> {
  const text = await readFile(adminKubeconfig(paths), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const config = parse(text) as AdminKubeconfig
  const cluster = config.clusters[0]?.cluster
  const user = config.users[0]?.user
  if (cluster === undefined || user === undefined) return undefined
  return { cluster, user, context: { cluster: CONTEXT, user: CONTEXT, namespace: 'default' } }
}

/** Makes the context `naru` of the user's kubeconfig lead to this engine. */
export async function writeContext({ paths, env }: CommandContext): Promise<void> {
  const entries = await readAdminEntries(paths)
  if (entries === undefined) return
  const others = (env.KUBECONFIG ?? '').split(':').filter((path) => path !== '' && path !== paths.kubeconfig)
  await addContext(paths.kubeconfig, entries, others)
}

/** Removes it; a context that leads to another Naru stays. `authority`: the certificate authority of the purged one,
 *  read before its state went. */
export const dropContext = ({ paths }: CommandContext, authority: string | undefined): Promise<boolean> =>
  removeContext(paths.kubeconfig, authority)
