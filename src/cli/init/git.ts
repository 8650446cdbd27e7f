/** Runs git, without anything of a repository or of an environment that would run another program. */
import { spawn } from 'node:child_process'
import { hasErrno } from '../../lib/index.ts'

const SETTINGS = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false']

/** Others run programs (`ext::sh -c …`) or take what was opened before (`fd::`). Source: gitprotocol-v2(5), git-remote-ext(1);
 *  `GIT_ALLOW_PROTOCOL` goes before what the user's settings allow (git(1)). */
const PROTOCOLS = 'file:git:http:https:ssh'
/** Where git would look for another repository: a hook that runs us sets them. Source: git(1), "The Git Repository". */
const OF_A_REPOSITORY = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
  GIT_COMMON_DIR: undefined,
}
/** Of what it complains: the first line has the cause. */
const KEPT_CHARACTERS = 8000

/** In git's own words. */
export class GitError extends Error {
  override name = 'GitError'
  /** Null when a signal has ended it. */
  readonly code: number | null
  constructor(message: string, code: number | null) {
    super(message)
    this.code = code
  }
}

/** Resolves when it has ended well, and rejects when it has ended, also when it is aborted: it writes no more then. What
 *  `onText` throws ends it. Throws GitError. */
export async function git(
  words: readonly string[],
  signal: AbortSignal,
  onText?: (text: string) => void,
): Promise<void> {
  signal.throwIfAborted()
  const env = {
    ...process.env,
    ...OF_A_REPOSITORY,
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  }
  const child = spawn('git', [...SETTINGS, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => void child.kill()
  signal.addEventListener('abort', stop, { once: true })
  let said = ''
  let refusal: unknown
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < KEPT_CHARACTERS) said += text
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    try {
      if (refusal === undefined) onText?.(text)
    } catch (error) {
      refusal = error
      stop()
    }
  })
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
    signal.throwIfAborted()
    if (refusal !== undefined) throw refusal
    const [first = ''] = said.trim().split('\n')
    if (code !== 0) throw new GitError(first.replace(/\.$/, '') || `git ended with ${code ?? 'a signal'}`, code)
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) throw new Error('git is not installed', { cause: error })
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
