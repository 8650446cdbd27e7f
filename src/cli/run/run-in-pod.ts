/** Runs a command in a container: with the streams, and where there is one the terminal, of the command line, or with
 *  streams of its own. */
import type { Readable, Writable } from 'node:stream'
import type { ObjectRef } from '../../api/index.ts'
import { runCommandStream, type TerminalSize } from '../../client/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { commandFailure } from './command-failure.ts'

export interface PodCommand {
  pod: ObjectRef
  container: string
  command: readonly string[]
}

/** `tty`: whether the command gets a terminal; only if the command line has one. `stdin`: in place of the command
 *  line's. Resolves to the command's exit code. Throws CliError `commandNotFound` or `commandNotExecutable`, ApiError when
 *  it could not be run for another reason. */
export async function runInPod(
  context: CommandContext,
  cluster: Cluster,
  wished: PodCommand & { tty: boolean; stdin?: Readable },
): Promise<number> {
  const { stdout, stderr, signal } = context
  using terminal = wished.tty ? openTerminal(context) : undefined
  try {
    return await runCommandStream({
      connection: cluster.connection,
      path: execPath(wished, { hasStdin: true, tty: wished.tty }),
      stdin: wished.stdin ?? context.stdin,
      stdout,
      stderr,
      ...(terminal && { onOpen: (resize) => terminal.follow(resize) }),
      signal,
    })
  } catch (error) {
    throw commandFailure(error, { pod: wished.pod.name, command: wished.command })
  }
}

/** With streams of its own; without `stdin` it gets none. Resolves to its exit code. Throws ApiError when it could not
 *  be run. */
export function pipeThroughPod(
  cluster: Cluster,
  wished: PodCommand & { stdin?: Readable; stdout: Writable; stderr: Writable; signal: AbortSignal },
): Promise<number> {
  const { stdin, stdout, stderr, signal } = wished
  const path = execPath(wished, { hasStdin: stdin !== undefined, tty: false })
  return runCommandStream({ connection: cluster.connection, path, stdin, stdout, stderr, signal })
}

function execPath(
  { pod: { namespace = '', name }, container, command }: PodCommand,
  { hasStdin, tty }: { hasStdin: boolean; tty: boolean },
): string {
  const query = new URLSearchParams({ container, stdout: 'true' })
  if (hasStdin) query.set('stdin', 'true')
  // A terminal has one stream.
  query.set(tty ? 'tty' : 'stderr', 'true')
  for (const word of command) query.append('command', word)
  return `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`
}

/** Hands keys on as they are typed, Ctrl-C too, until it is disposed. */
function openTerminal({ stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>) {
  let forget = () => {}
  stdin.setRawMode(true)
  return {
    follow(resize: (size: TerminalSize) => void) {
      const tell = () => {
        const { columns, rows } = stdout as NodeJS.WriteStream
        if (columns !== undefined && rows !== undefined) resize({ columns, rows })
      }
      stdout.on('resize', tell)
      forget = () => stdout.off('resize', tell)
      tell()
    },
    [Symbol.dispose]() {
      forget()
      stdin.setRawMode(false)
    },
  }
}

/** Whether a person sits at both ends. */
export const hasTerminal = ({ stdin, stdout }: Pick<CommandContext, 'stdin' | 'stdout'>): boolean =>
  stdin.isTTY && stdout.isTTY === true
