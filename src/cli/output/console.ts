/** What a command says, and where: results to stdout, progress and errors to stderr, one JSON document for `--json`. */
import type { Writable } from 'node:stream'
import type { Clock } from '../../lib/index.ts'
import { type Progress, plainProgress, silentProgress, type TextSink, terminalProgress } from './progress.ts'
import { openStyle, type Style } from './style.ts'

export type OutputStream = Writable & { isTTY?: boolean; columns?: number }

export interface Console {
  readonly progress: Progress
  /** Colours for stdout and for stderr, each by what it is connected to. */
  readonly style: Style
  readonly errorStyle: Style
  /** Whether a person watches both streams. */
  readonly interactive: boolean
  /** A line of the result for people; dropped with `--json`. */
  line(text: string): void
  /** Text as it comes (logs), in both modes. */
  raw(text: string): void
  /** The result for machines: the one document of `--json`, dropped without it. */
  document(value: unknown): void
  /** A line beside the result, to stderr; dropped with `--json`. */
  note(text: string): void
  /** A line to stderr in both modes. */
  error(text: string): void
}

export interface ConsoleOptions {
  stdout: OutputStream
  stderr: OutputStream
  env: NodeJS.ProcessEnv
  clock: Clock
  json: boolean
}

export function openConsole(options: ConsoleOptions): Console {
  const { stdout, stderr, env, clock, json } = options
  const terminal = stderr.isTTY === true && env.TERM !== 'dumb'
  const errorStyle = openStyle({ terminal: stderr.isTTY === true, env })
  const sink: TextSink = {
    write: (text) => void stderr.write(text),
    get columns() {
      return stderr.columns
    },
  }
  const shown = terminal ? terminalProgress({ sink, clock, style: errorStyle }) : plainProgress({ sink, clock })
  return {
    progress: json ? silentProgress : shown,
    style: openStyle({ terminal: stdout.isTTY === true, env }),
    errorStyle,
    interactive: terminal && stdout.isTTY === true,
    line: (text) => void (json || stdout.write(`${text}\n`)),
    raw: (text) => void stdout.write(text),
    document: (value) => void (json && stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)),
    note: (text) => void (json || stderr.write(`${text}\n`)),
    error: (text) => void stderr.write(`${text}\n`),
  }
}
