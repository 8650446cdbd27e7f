/** Lays a source down in a folder that is empty or not there yet. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { errorMessage, hasErrno, readIfThere } from '../../lib/index.ts'
import { toLabel } from '../deploy/input.ts'
import { CliError } from '../errors.ts'

/** What `--template` may be beside a name of ours. */
export type TemplateSource = { kind: 'template' | 'folder'; path: string } | { kind: 'git'; url: string }

/** A URL, or what ssh takes for a place: `git@host:path`. */
const GIT = /^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:|\.git$/
const CLONE_TIMEOUT_MS = 300_000

/** What tools put beside the source: they make it again, or it is the history of another project. */
const BESIDE = new Set(['.git', 'node_modules', '.venv', '__pycache__', '.pytest_cache'])

export const isGitUrl = (text: string): boolean => GIT.test(text)

/** Whole or not at all: what is interrupted leaves nothing. Throws CliError `folderNotEmpty`, `templateUnreadable`. */
export async function layDown(target: string, source: TemplateSource, signal: AbortSignal): Promise<void> {
  await refuseFull(target)
  await mkdir(dirname(target), { recursive: true })
  const made = await mkdtemp(join(dirname(target), `.${basename(target)}-`))
  try {
    if (source.kind === 'git') await clone(source.url, made, signal)
    else await cp(source.path, made, { recursive: true, filter: (path) => !BESIDE.has(basename(path)) })
    signal.throwIfAborted()
    if (source.kind === 'template') await finishTemplate(made, basename(target))
    await rmdir(target).catch(ignoreMissing)
    await rename(made, target)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    signal.throwIfAborted()
    if (error instanceof CliError) throw error
    const where = source.kind === 'git' ? source.url : source.path
    throw CliError.of('templateUnreadable', { source: where, reason: reasonOf(error) }, { cause: error })
  }
}

async function refuseFull(target: string): Promise<void> {
  try {
    if ((await readdir(target)).length > 0) throw CliError.of('folderNotEmpty', { path: target })
  } catch (error) {
    if (hasErrno(error, 'ENOTDIR')) throw CliError.of('folderNotEmpty', { path: target }, { cause: error })
    ignoreMissing(error)
  }
}

function ignoreMissing(error: unknown): void {
  if (!hasErrno(error, 'ENOENT')) throw error
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

/** The newest state alone, without its history. Nothing of the repository is run: no hooks, no submodules, no helpers of
 *  transports that run programs. */
async function clone(url: string, target: string, signal: AbortSignal): Promise<void> {
  const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'protocol.ext.allow=never', '-c', 'core.fsmonitor=false']
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const options = { env, signal, timeout: CLONE_TIMEOUT_MS }
  const cloneTo = (...words: string[]) =>
    promisify(execFile)('git', [...settings, 'clone', '--quiet', ...words, '--', url, target], options)
  await cloneTo('--depth', '1').catch(async (error: unknown) => {
    // A web server that knows nothing of git has files alone, and so all or nothing.
    if (!reasonOf(error).includes('dumb http transport')) throw error
    await cloneTo('--single-branch')
  })
  await rm(join(target, '.git'), { recursive: true })
}

/** Git's own words where it was git. */
function reasonOf(error: unknown): string {
  if (hasErrno(error, 'ENOENT') && String((error as NodeJS.ErrnoException).path) === 'git')
    return 'git is not installed'
  const said = (error as { stderr?: unknown }).stderr
  // Of several lines the first has the cause.
  const [first = ''] = typeof said === 'string' ? said.trim().split('\n') : []
  return (first === '' ? errorMessage(error) : first).replace(/\.$/, '')
}
