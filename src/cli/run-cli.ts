/** One run of the command line, from arguments to exit code. Everything of the process comes in as parameters. */
import { setImmediate } from 'node:timers/promises'
import { type Clock, hasErrno, resolvePaths } from '../lib/index.ts'
import { Interrupted } from './errors.ts'
import { describeFailure } from './failure.ts'
import { loadCommand } from './load-command.ts'
import { chooseLanguage, openTranslate } from './messages/translate.ts'
import { openConsole, type OutputStream } from './output/console.ts'
import { type Parsed, parseArguments } from './parser.ts'

export interface CliOptions {
  argv: readonly string[]
  env: NodeJS.ProcessEnv
  cwd: string
  clock: Clock
  stdin: NodeJS.ReadStream
  stdout: OutputStream
  stderr: OutputStream
  /** Aborted to interrupt the command (Ctrl-C). */
  signal: AbortSignal
}

/** Exit code of a command that was interrupted: 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130

/** Never rejects. 0 success, 1 failed, 2 bad use, 130 interrupted. */
export async function runCli(options: CliOptions): Promise<number> {
  const output = watchOutput(options)
  const code = await runCommand(options, output)
  // What cannot be written is told a moment later, and a result that is not there is none.
  await setImmediate()
  return output.failure === undefined ? code : reportFailure(options, output.failure, false)
}

async function runCommand(options: CliOptions, output: Output): Promise<number> {
  const { env, clock, stdout, stderr } = options
  const t = openTranslate(chooseLanguage(env))
  let parsed: Parsed
  try {
    parsed = parseArguments(options.argv, t)
  } catch (error) {
    return reportFailure(options, error, options.argv.includes('--json'))
  }
  if (parsed.kind === 'help') {
    stdout.write(parsed.text)
    return 0
  }
  const { spec, input, json, namespace, kubeContext } = parsed
  const console = openConsole({ stdout, stderr, env, clock, json })
  const signal = AbortSignal.any([options.signal, output.gone])
  try {
    const run = await loadCommand(spec.name)
    const paths = resolvePaths(env)
    const streams = { stdin: options.stdin, stdout, stderr }
    const context = { env, cwd: options.cwd, paths, clock, t, console, ...streams, signal, json }
    return await run({ ...context, namespace, kubeContext }, input)
  } catch (error) {
    if (output.gone.aborted) return 0
    if (options.signal.aborted || error instanceof Interrupted) {
      console.note(t('interrupted'))
      return INTERRUPTED
    }
    return reportFailure(options, error, json)
  }
}

function reportFailure({ stdout, stderr, env, clock }: CliOptions, error: unknown, json: boolean): number {
  const t = openTranslate(chooseLanguage(env))
  const console = openConsole({ stdout, stderr, env, clock, json })
  const { code, exitCode, message } = describeFailure(error, t)
  console.error(`${console.errorStyle.bad(t('failure'))} ${message}`)
  if (env.NARU_DEBUG && error instanceof Error) console.error(String(error.stack))
  console.document({ error: { code, message } })
  return exitCode
}

interface Output {
  /** Aborts when nothing can be written to stdout any more. */
  readonly gone: AbortSignal
  /** Why, unless nobody wants to read any more. */
  readonly failure: Error | undefined
}

/** `naru logs app | head` ends quietly when `head` has seen enough; `naru kubeconfig > file` fails on a full disk. */
function watchOutput({ stdout, stderr }: CliOptions): Output {
  const controller = new AbortController()
  let failure: Error | undefined
  stdout.on('error', (error) => {
    if (!hasErrno(error, 'EPIPE')) failure ??= error
    controller.abort()
  })
  stderr.on('error', () => {}) // Nobody reads what we complain about; the exit code still tells.
  return {
    gone: controller.signal,
    get failure() {
      return failure
    },
  }
}
