/** The stores of browsers, which do not read the system's: databases of NSS, one of the user's for Chromium and one in
 *  each profile of Firefox. Source: certutil(1) of NSS. */
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority } from './authority.ts'
import type { RunProgram } from './run-program.ts'

const PREFIX = 'Naru apps '
const nameOf = ({ id }: Authority): string => `${PREFIX}${id}`

const OF_CHROMIUM = '.pki/nssdb'
const PROFILES = ['.mozilla/firefox', 'snap/firefox/common/.mozilla/firefox']

/** Folders of databases that there are. */
export async function findBrowserStores(home: string): Promise<string[]> {
  const profiles = await Promise.all(
    PROFILES.map(async (folder) => {
      const names = await readdir(join(home, folder)).catch((): string[] => [])
      return names.map((name) => join(home, folder, name))
    }),
  )
  const found: string[] = []
  for (const folder of [join(home, OF_CHROMIUM), ...profiles.flat()])
    if (await isThere(join(folder, 'cert9.db'))) found.push(folder)
  return found
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

export const hasCertutil = async (run: RunProgram): Promise<boolean> =>
  !/ENOENT/.test((await run('certutil', ['--version'])).stderr)

/** Trusted to vouch for servers. False when certutil does not do it. */
export async function addToBrowser(folder: string, authority: Authority, run: RunProgram): Promise<boolean> {
  const what = ['-n', nameOf(authority), '-t', 'C,,', '-i', authority.path]
  return (await run('certutil', ['-A', '-d', `sql:${folder}`, ...what])).code === 0
}

/** Of this authority or, when it is not known any more, of all of ours. True when there was one. */
export async function removeFromBrowser(
  folder: string,
  authority: Authority | undefined,
  run: RunProgram,
): Promise<boolean> {
  const { stdout } = await run('certutil', ['-L', '-d', `sql:${folder}`])
  const names = stdout.split('\n').flatMap((line) => /^(Naru apps [0-9a-f]+)\s/.exec(line)?.[1] ?? [])
  const ours = names.filter((name) => authority === undefined || name === nameOf(authority))
  for (const name of ours) await run('certutil', ['-D', '-d', `sql:${folder}`, '-n', name])
  return ours.length > 0
}
