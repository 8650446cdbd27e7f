/** Starts a container's process so that it outlives us: a group of its own under a small shell that waits for it and
 *  writes its exit code to a file. The shell is deaf to the group's signals, and ends what is left of the group last. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, open } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { identifyProcess, type ProcessIdentity } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { findProcesses } from '../find-processes.ts'

/** `$1` is the directory for the exit code. Handled (not ignored) signals are the default again in the child. Once it is
 *  there they are ignored: a `wait` that a signal interrupts may lose the exit code of a child that ends by it at once. */
const SCRIPT = `
dir=$1; shift
trap : TERM INT HUP QUIT USR1 USR2
"$@" &
trap '' TERM INT HUP QUIT USR1 USR2
wait "$!"; code=$?
echo "$code" > "$dir/exit.tmp" && mv "$dir/exit.tmp" "$dir/exit"
kill -KILL 0
`

/** What the shell is called in its own words. */
const NAME = 'naru'

export interface StartOptions {
  command: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  /** Gets `exit`, `stdout.raw` and `stderr.raw`. */
  directory: string
}

export async function startSupervised(
  options: StartOptions,
): Promise<{ identity: ProcessIdentity; child: ChildProcess }> {
  const { directory, command } = options
  const stdout = await open(join(directory, 'stdout.raw'), 'a', 0o600)
  const stderr = await open(join(directory, 'stderr.raw'), 'a', 0o600)
  try {
    const child = spawn('/bin/sh', ['-c', SCRIPT, NAME, directory, ...command], {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      stdio: ['ignore', stdout.fd, stderr.fd],
    })
    await once(child, 'spawn')
    child.unref()
    // A process that ended already has left its exit code; its pid is all there is to know.
    return { identity: identifyProcess(child.pid as number) ?? { pid: child.pid as number, startTime: 'ended' }, child }
  } catch (error) {
    throw new RuntimeError('Failed', `cannot start ${command[0]} in ${options.cwd}`, { cause: error })
  } finally {
    await stdout.close()
    await stderr.close()
  }
}

/** The group of a container that runs, though nothing says so: the engine was killed before it had noted it down. */
export async function findSupervised(directory: string): Promise<ProcessIdentity | undefined> {
  const [found] = await findProcesses((words) => words[3] === NAME && words[4] === directory)
  return found
}

/** The program's absolute path; throws in the words of a container runtime where there is none. */
export async function findProgram(name: string, options: { cwd: string; path: string }): Promise<string> {
  const runnable = (path: string) =>
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
  if (name.includes('/')) {
    const path = name.startsWith('/') ? name : join(options.cwd, name)
    if (await runnable(path)) return path
    throw new RuntimeError('Failed', `exec: ${JSON.stringify(name)}: stat ${name}: no such file or directory`)
  }
  for (const directory of options.path.split(delimiter)) {
    const path = join(directory, name)
    if (directory !== '' && (await runnable(path))) return path
  }
  throw new RuntimeError('Failed', `exec: ${JSON.stringify(name)}: executable file not found in $PATH`)
}

/** Signals the whole group; false where it is gone. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-identity.pid, signal)
    return true
  } catch {
    return false
  }
}
