/** The system's store of trusted authorities: a folder of certificates, and a program that makes of it what programs
 *  read. Sources: update-ca-certificates(8) of Debian and Alpine, update-ca-trust(8) of Fedora and Arch. */
import { access, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomically } from '../../lib/index.ts'
import type { Authority } from './authority.ts'
import type { RunProgram } from './run-program.ts'

export interface SystemStore {
  /** Where an administrator puts authorities. */
  folder: string
  update: string
}

const STORES: readonly SystemStore[] = [
  { folder: '/usr/local/share/ca-certificates', update: 'update-ca-certificates' },
  { folder: '/etc/pki/ca-trust/source/anchors', update: 'update-ca-trust' },
  { folder: '/etc/ca-certificates/trust-source/anchors', update: 'update-ca-trust' },
]

const PREFIX = 'naru-apps-'
export const storedName = ({ id }: Pick<Authority, 'id'>): string => `${PREFIX}${id}.crt`

/** Undefined for a system whose store we do not know. */
export async function findSystemStore(root = '/'): Promise<SystemStore | undefined> {
  for (const store of STORES) {
    const folder = join(root, store.folder)
    if (
      await access(folder).then(
        () => true,
        () => false,
      )
    )
      return { ...store, folder }
  }
  return undefined
}

/** The files of ours that are in it: of this authority, or, when it is not known any more, of all. */
export async function trustedFiles(store: SystemStore, authority: Authority | undefined): Promise<string[]> {
  const names = await readdir(store.folder).catch((): string[] => [])
  const isOurs = (name: string) =>
    authority === undefined ? name.startsWith(PREFIX) && name.endsWith('.crt') : name === storedName(authority)
  return names.filter(isOurs).map((name) => join(store.folder, name))
}

/** Throws an Error with what the store's program said, and system errors. */
export async function addToSystem(store: SystemStore, authority: Authority, run: RunProgram): Promise<string> {
  const path = join(store.folder, storedName(authority))
  await writeFileAtomically(path, authority.pem, 0o644)
  await update(store, run)
  return path
}

/** As `addToSystem`. */
export async function removeFromSystem(store: SystemStore, files: readonly string[], run: RunProgram): Promise<void> {
  if (files.length === 0) return
  for (const file of files) await rm(file, { force: true })
  await update(store, run)
}

async function update({ update: program }: SystemStore, run: RunProgram): Promise<void> {
  const { code, stderr } = await run(program, [])
  if (code !== 0) throw new Error(`${program}: ${stderr.trim() || String(code)}`)
}

/** For those who must ask an administrator. */
export const addCommand = ({ folder, update: program }: SystemStore, authority: Authority): string =>
  `sudo install -m 644 ${authority.path} ${join(folder, storedName(authority))} && sudo ${program}`

export const removeCommand = ({ update: program }: SystemStore, files: readonly string[]): string =>
  `sudo rm ${files.join(' ')} && sudo ${program}`
