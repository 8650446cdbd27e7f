/** A git repository's newest state, as files. Nothing of it is run. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/index.ts'
import { formatBytes } from '../output/text.ts'
import { whileWithin } from './folder-size.ts'
import { git, GitError } from './git.ts'

/** A URL, or what ssh takes for a place: `git@host:path`. */
const GIT = /^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:|\.git$/
const CLONE_TIMEOUT_MS = 300_000

export interface CloneLimits {
  /** Of what is fetched, and of the files that come of it. */
  maxBytes: number
  maxFiles: number
}

/** What `naru deploy` takes: of more nothing could be made. */
const LIMITS: CloneLimits = { maxBytes: 500 * 2 ** 20, maxFiles: 100_000 }

export interface CloneOptions {
  signal: AbortSignal
  clock: Clock
  /** How much there is so far. */
  onBytes?: (bytes: number) => void
  limits?: CloneLimits
}

export const isGitUrl = (text: string): boolean => GIT.test(text)

/** A URL as it may be shown: who asks and by which password is nobody's business. */
export const withoutPassword = (url: string): string => url.replace(/^([\w+.-]+:\/\/)[^/@]*@/, '$1')

/** Into a folder that is empty. Gives the paths of submodules, which are left out. Throws Error with git's own words, or
 *  with what of it is too large. */
export async function clone(url: string, target: string, options: CloneOptions): Promise<string[]> {
  const { limits = LIMITS } = options
  const timeout = AbortSignal.timeout(CLONE_TIMEOUT_MS)
  const signal = AbortSignal.any([options.signal, timeout])
  try {
    const fetching = { ...options, signal, maxBytes: limits.maxBytes }
    await whileWithin(target, fetching, (within) => fetchInto(target, url, within))
    if (await hasCommit(target, signal)) {
      await checkTree(target, limits, signal)
      // What filters of the user's own settings make of files (Git LFS) nobody has counted.
      const unpacking = { ...fetching, maxBytes: 2 * limits.maxBytes }
      await whileWithin(target, unpacking, (within) => git([...at(target), 'checkout', '--quiet', '--force'], within))
    }
  } catch (error) {
    if (timeout.aborted && !options.signal.aborted)
      throw new Error(`git took longer than ${CLONE_TIMEOUT_MS / 60_000} minutes`, { cause: error })
    throw error
  }
  await rm(join(target, '.git'), { recursive: true })
  return submodulesOf(await readFile(join(target, '.gitmodules'), 'utf8').catch(() => ''))
}

async function fetchInto(target: string, url: string, signal: AbortSignal): Promise<void> {
  const fetch = (...words: string[]) =>
    git(['clone', '--quiet', '--no-checkout', '--no-recurse-submodules', ...words, '--', url, target], signal)
  await fetch('--depth', '1').catch(async (error: unknown) => {
    // A web server that knows nothing of git has files alone, and so all or nothing.
    if (!(error instanceof Error && error.message.includes('dumb http transport'))) throw error
    await fetch('--single-branch')
  })
}

/** The words that name the repository, whatever the environment says. */
const at = (target: string): string[] => [`--git-dir=${join(target, '.git')}`, `--work-tree=${target}`]

/** A repository may be empty. */
const hasCommit = (target: string, signal: AbortSignal): Promise<boolean> =>
  git([...at(target), 'rev-parse', '--quiet', '--verify', 'HEAD'], signal).then(
    () => true,
    (error: unknown) => {
      signal.throwIfAborted()
      if (error instanceof GitError && error.code === 1) return false
      throw error
    },
  )

/** Before any of it is written: a small pack may have large files in it. Source: git-ls-tree(1), `--long`. */
async function checkTree(target: string, { maxBytes, maxFiles }: CloneLimits, signal: AbortSignal): Promise<void> {
  let [bytes, files, rest] = [0, 0, '']
  await git([...at(target), 'ls-tree', '-r', '-z', '--long', 'HEAD'], signal, (chunk) => {
    const entries = (rest + chunk).split('\0')
    rest = entries.pop() ?? ''
    for (const entry of entries) {
      files += 1
      bytes += Number(/^\d+ blob \w+ +(\d+)\t/.exec(entry)?.[1] ?? 0)
    }
    if (bytes > maxBytes) throw new Error(`its files are larger than ${formatBytes(maxBytes)}`)
    if (files > maxFiles) throw new Error(`it has more than ${maxFiles} files`)
  })
}

/** Source: gitmodules(5). */
const submodulesOf = (text: string): string[] =>
  [...text.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].map(([, path = '']) => path)
