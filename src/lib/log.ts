/** Structured logs: one JSON line an entry, to a stream. Never log secrets, environments or request bodies. */
import { writeSync } from 'node:fs'
import { pino } from 'pino'

export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** A logger that adds `fields` (usually `{ component }`) to each line. */
  child(fields: object): Logger
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

const STANDARD_ERROR = 2

/** Writes lines to file descriptor 2 (the engine redirects it to its log file). Never throws: what cannot be written is
 *  lost, and the log says so as soon as it can. */
export function openLogger(level: LogLevel): Logger {
  let lost = 0
  let midLine = false
  const write = (line: string) => {
    const bytes = Buffer.from(midLine ? `\n${line}` : line)
    const written = writeWhatFits(bytes)
    if (written > 0) midLine = written < bytes.length
    return written === bytes.length
  }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line) {
        if (lost > 0 && !write(lostLine(lost))) lost++
        else if (write(line)) lost = 0
        else lost = 1
      },
    },
  )
}

const lostLine = (lost: number) =>
  `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), lost, msg: 'lines of this log could not be written' })}\n`

/** How many bytes of it: the disk may be full, the reader gone or slow. */
function writeWhatFits(bytes: Uint8Array): number {
  let written = 0
  try {
    while (written < bytes.length) written += writeSync(STANDARD_ERROR, bytes, written)
  } catch {
    // There is nowhere left to say it.
  }
  return written
}

/** A logger that drops everything, for tests and short-lived commands. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
}
