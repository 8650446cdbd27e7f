/** Puts the authority of apps into the stores of this machine and this user, and takes it out again. */
import { errorMessage } from '../../lib/index.ts'
import { CliError } from '../errors.ts'
import type { Authority } from './authority.ts'
import { addToBrowser, findBrowserStores, hasCertutil, removeFromBrowser } from './browser-stores.ts'
import type { RunProgram } from './run-program.ts'
import {
  addCommand,
  addToSystem,
  findSystemStore,
  removeCommand,
  removeFromSystem,
  type SystemStore,
  trustedFiles,
} from './system-store.ts'

export interface TrustOptions {
  home: string | undefined
  run: RunProgram
  /** Whether the system's store may be changed. */
  isRoot: boolean
}

export interface Trusted {
  /** The file in the system's store. */
  system: string
  /** Databases of browsers. */
  browsers: string[]
  /** There are databases, and nothing to change them with. */
  certutilMissing: boolean
}

/** Browsers first: what they need is no administrator. Throws CliError `trustStoreUnknown`, `trustNeedsRoot`,
 *  `trustFailed`. */
export async function addTrust(authority: Authority, options: TrustOptions): Promise<Trusted> {
  const { home, run, isRoot } = options
  const databases = home === undefined ? [] : await findBrowserStores(home)
  const certutilMissing = databases.length > 0 && !(await hasCertutil(run))
  const browsers: string[] = []
  if (!certutilMissing)
    for (const database of databases) if (await addToBrowser(database, authority, run)) browsers.push(database)
  const store = await findSystemStore()
  if (store === undefined) throw CliError.of('trustStoreUnknown', { path: authority.path })
  if (!isRoot && (await trustedFiles(store, authority)).length === 0)
    throw CliError.of('trustNeedsRoot', { command: addCommand(store, authority) })
  const system = isRoot ? await changing(store, () => addToSystem(store, authority, run)) : ''
  return { system: system || ((await trustedFiles(store, authority))[0] ?? ''), browsers, certutilMissing }
}

/** What it was taken out of. `authority`: undefined when its state is gone; then all of ours. Throws CliError
 *  `trustNeedsRoot`, `trustFailed`. */
export async function removeTrust(authority: Authority | undefined, options: TrustOptions): Promise<string[]> {
  const { home, run, isRoot } = options
  const removed: string[] = []
  for (const database of home === undefined ? [] : await findBrowserStores(home))
    if (await removeFromBrowser(database, authority, run)) removed.push(database)
  const store = await findSystemStore()
  const files = store === undefined ? [] : await trustedFiles(store, authority)
  if (store === undefined || files.length === 0) return removed
  if (!isRoot) throw CliError.of('trustNeedsRoot', { command: removeCommand(store, files) })
  await changing(store, () => removeFromSystem(store, files, run))
  return [...removed, ...files]
}

async function changing<T>(store: SystemStore, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (error) {
    throw CliError.of('trustFailed', { folder: store.folder, reason: errorMessage(error) }, { cause: error })
  }
}
