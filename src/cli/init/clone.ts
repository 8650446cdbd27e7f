/** A git repository's newest state, as files. Nothing of it is run. */
import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasErrno } from '../../lib/index.ts'

/** A URL, or what ssh takes for a place: `git@host:path`. */
const GIT = /^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:|\.git$/
const CLONE_TIMEOUT_MS = 300_000

/** Others run programs (`ext::sh -c …`) or take what was opened before (`fd::`). Source: gitprotocol-v2(5), git-remote-ext(1);
 *  `GIT_ALLOW_PROTOCOL` goes before what the user's settings allow (git(1)). */
const PROTOCOLS = 'file:git:http:https:ssh'

export const isGitUrl = (text: string): boolean => GIT.test(text)

/** A URL as it may be shown: who asks and by which password is nobody's business. */
export const withoutPassword = (url: string): string => url.replace(/^([\w+.-]+:\/\/)[^/@]*@/, '$1')

/** Into a folder that is empty. Gives the paths of submodules, which are left out. Throws Error with git's own words. */
export async function clone(url: string, target: string, signal: AbortSignal): Promise<string[]> {
  const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']
  const env = { ...process.env, GIT_ALLOW_PROTOCOL: PROTOCOLS, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const options = { env, signal, timeout: CLONE_TIMEOUT_MS }
  const cloneTo = async (...words: string[]) => {
    const command = [...settings, 'clone', '--quiet', '--no-recurse-submodules', ...words, '--', url, target]
    await promisify(execFile)('git', command, options).catch((error: unknown) => {
      // Without its cause, whose command line has the password in the URL.
      throw new Error(reasonOf(error))
    })
  }
  await cloneTo('--depth', '1').catch(async (error: unknown) => {
    // A web server that knows nothing of git has files alone, and so all or nothing.
    if (!(error instanceof Error && error.message.includes('dumb http transport'))) throw error
    await cloneTo('--single-branch')
  })
  await rm(join(target, '.git'), { recursive: true })
  return submodulesOf(await readFile(join(target, '.gitmodules'), 'utf8').catch(() => ''))
}

/** Source: gitmodules(5). */
const submodulesOf = (text: string): string[] =>
  [...text.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].map(([, path = '']) => path)

/** Git's own words where it was git. */
function reasonOf(error: unknown): string {
  if (hasErrno(error, 'ENOENT')) return 'git is not installed'
  const { stderr, killed } = error as { stderr?: unknown; killed?: boolean }
  if (killed === true) return `git took longer than ${CLONE_TIMEOUT_MS / 60_000} minutes`
  // Of several lines the first has the cause.
  const [first = ''] = typeof stderr === 'string' ? stderr.trim().split('\n') : []
  return (first === '' ? String(error) : first).replace(/\.$/, '')
}
