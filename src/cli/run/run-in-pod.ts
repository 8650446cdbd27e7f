/** Runs a command in a container with the streams, and where there is one the terminal, of the command line. */
import type { ObjectRef } from '../../api/index.ts'
import { runCommandStream, type TerminalSize } from '../../client/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'

export interface PodCommand {
  pod: ObjectRef
  container: string
  command: readonly string[]
  /** Whether the command gets a terminal; only if the command line has one. */
  tty: boolean
}

/** Resolves to the command's exit code. Throws ApiError when it could not be run. */
export async function runInPod(context: CommandContext, cluster: Cluster, wished: PodCommand): Promise<number> {
  const { stdin, stdout, stderr, signal } = context
  const { namespace = '', name } = wished.pod
  const query = new URLSearchParams({ container: wished.container, stdout: 'true', stdin: 'true' })
  if (wished.tty) query.set('tty', 'true')
  // A terminal has one stream.
  else query.set('stderr', 'true')
  for (const word of wished.command) query.append('command', word)
  using terminal = wished.tty ? openTerminal(context) : undefined
  return await runCommandStream({
    connection: cluster.connection,
    path: `/api/v1/namespaces/${namespace}/pods/${name}/exec?${query.toString()}`,
    stdin,
    stdout,
    stderr,
    ...(terminal && { onOpen: (resize) => terminal.follow(resize) }),
    signal,
  })
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
