/** Lays a source down in a folder that is empty or not there yet. */
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorMessage, hasErrno, readIfThere } from '../../lib/index.ts'
import { toLabel } from '../deploy/input.ts'
import { CliError } from '../errors.ts'
import { clone, type CloneOptions, withoutPassword } from './clone.ts'

/** What `--template` may be beside a name of ours. */
export type TemplateSource = { kind: 'template' | 'folder'; path: string } | { kind: 'git'; url: string }

/** What tools put beside the source: they make it again, or it is the history of another project. */
const BESIDE = new Set(['.git', 'node_modules', '.venv', '__pycache__', '.pytest_cache'])

/** Whole or not at all: what is interrupted leaves nothing. Gives the paths of a repository's submodules, which are not
 *  fetched. Throws CliError `folderNotEmpty`, `folderUnwritable`, `templateUnreadable`. */
export async function layDown(target: string, source: TemplateSource, options: CloneOptions): Promise<string[]> {
  const { signal } = options
  const isThere = await isEmptyFolder(target)
  // In a folder that is there nothing but this can be written, perhaps; and it stays the one that a shell is in.
  const parent = isThere ? target : dirname(target)
  const scratch = await makeScratch(target, parent)
  try {
    const made = join(scratch, 'made')
    await mkdir(made)
    const submodules = await fill(made, source, options)
    signal.throwIfAborted()
    if (source.kind === 'template') await finishTemplate(made, basename(target))
    if (isThere) for (const name of await readdir(made)) await rename(join(made, name), join(target, name))
    else await rename(made, target)
    return submodules
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** False for what is not there. */
async function isEmptyFolder(target: string): Promise<boolean> {
  try {
    if ((await readdir(target)).length > 0) throw CliError.of('folderNotEmpty', { path: target })
    return true
  } catch (error) {
    if (error instanceof CliError) throw error
    if (hasErrno(error, 'ENOENT')) return false
    throw unwritable(target, error)
  }
}

async function makeScratch(target: string, parent: string): Promise<string> {
  try {
    await mkdir(parent, { recursive: true })
    return await mkdtemp(join(parent, '.naru-init-'))
  } catch (error) {
    throw unwritable(target, error)
  }
}

const unwritable = (path: string, error: unknown) =>
  CliError.of('folderUnwritable', { path, reason: errorMessage(error) }, { cause: error })

async function fill(made: string, source: TemplateSource, options: CloneOptions): Promise<string[]> {
  try {
    if (source.kind === 'git') return await clone(source.url, made, options)
    if (!(await stat(source.path)).isDirectory()) throw new Error('it is not a folder')
    const filter = (path: string) => path === source.path || !BESIDE.has(basename(path))
    // Links lead where they led from their place in the folder, and not to the folder that was copied.
    await cp(source.path, made, { recursive: true, filter, verbatimSymlinks: true })
    return []
  } catch (error) {
    options.signal.throwIfAborted()
    const where = source.kind === 'git' ? withoutPassword(source.url) : source.path
    throw CliError.of('templateUnreadable', { source: where, reason: errorMessage(error) }, { cause: error })
  }
}

/** npm packs no file named `.gitignore`, so templates have it without its dot. */
async function finishTemplate(folder: string, name: string): Promise<void> {
  await rename(join(folder, 'gitignore'), join(folder, '.gitignore'))
  await nameFor(folder, name)
}

/** A template's own name is nobody's: its score.yaml gets that of the folder, as a label. */
async function nameFor(folder: string, name: string): Promise<void> {
  const path = join(folder, 'score.yaml')
  const text = await readIfThere(path)
  const label = toLabel(name)
  if (text === undefined || label === undefined) return
  await writeFile(path, text.replace(/^(metadata:\n {2}name: ).*$/m, `$1${label}`))
}
