/** Checks what `naru deploy` was asked for, before anything is started. */
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { hasErrno } from '../../lib/index.ts'
import { CliError } from '../errors.ts'
import { scoreName } from '../score/score-name.ts'

/** RFC 1035 label, as the name of an App is also that of its Service; what is made of an App has its name and more in it. */
const LABEL = /^[a-z]([-a-z0-9]{0,30}[a-z0-9])?$/
/** RFC 1123 label: what Kubernetes asks of a namespace. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** The absolute path of a folder that can be read. Throws CliError otherwise. */
export async function checkFolder(cwd: string, folder: string): Promise<string> {
  const path = resolve(cwd, folder)
  try {
    if (!(await stat(path)).isDirectory()) throw CliError.of('folderNotDirectory', { path })
    await access(path, constants.R_OK | constants.X_OK)
    return path
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) throw CliError.of('folderMissing', { path }, { cause: error })
    if (hasErrno(error, 'EACCES', 'EPERM')) throw CliError.of('folderUnreadable', { path }, { cause: error })
    throw error
  }
}

/** The absolute path of a folder, or of a war or jar file, that can be read. Throws CliError otherwise. */
export async function checkSource(cwd: string, source: string): Promise<string> {
  const path = resolve(cwd, source)
  const isBuilt = BUILT_FILE.test(path) && (await stat(path).catch(() => undefined))?.isFile() === true
  return isBuilt ? path : checkFolder(cwd, source)
}

const BUILT_FILE = /\.(?:war|jar)$/
/** As Maven puts it behind a name: `-1.0-SNAPSHOT`. */
const BUILT_VERSION = /-\d[\w.]*(?:-SNAPSHOT)?$/

/** Of a folder its own, of a file without what its build added. */
function pathName(path: string): string {
  const name = basename(path)
  return BUILT_FILE.test(name) ? name.replace(BUILT_FILE, '').replace(BUILT_VERSION, '') : name
}

/** The App's name: `--name`, else from score.yaml, else from package.json's `name` (without its scope), else the folder's own. Throws CliError
 *  `nameInvalid` for a `--name` that is no label, `nameUnclear` when none can be made of the others. */
export async function appName(folder: string, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (!LABEL.test(given)) throw CliError.of('nameInvalid', { name: given, example: toLabel(given) ?? 'my-app' })
    return given
  }
  const name = (await scoreName(folder)) ?? toLabel(await packageName(folder)) ?? toLabel(pathName(folder))
  if (name === undefined) throw CliError.of('nameUnclear', { folder })
  return name
}

export function checkNamespace(namespace: string): string {
  if (!NAMESPACE.test(namespace)) throw CliError.of('namespaceInvalid', { name: namespace })
  return namespace
}

/** The nearest label: lower case, other characters as hyphens; undefined when nothing usable is left. */
export function toLabel(text: string): string | undefined {
  const label = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 32)
    .replace(/-+$/, '')
  return LABEL.test(label) ? label : undefined
}

/** Empty when there is none; a package.json that does not parse is the build's to complain about. */
async function packageName(folder: string): Promise<string> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name?: unknown } | null
    const name = manifest?.name
    return typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : ''
  } catch {
    return ''
  }
}
