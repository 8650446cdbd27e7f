/** Turns what a process wrote to its raw files into CRI log lines, also what it wrote while no engine ran. How far it
 *  got is kept in the container's directory. */
import { appendFile, open, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../lib/index.ts'
import { formatLogLine } from '../logs/line.ts'

export interface PumpOptions {
  directory: string
  logFile: string
  clock: Clock
  /** Holds the process still for a moment, to shorten a raw file without losing a line. */
  pause?: (work: () => Promise<void>) => Promise<void>
}

const CHUNK_BYTES = 256 * 1024
/** A raw file that has been read is emptied past this size. */
const SHORTEN_BYTES = 4 << 20
/** As containerd's max_container_log_line_size: longer lines are cut into parts. */
const LINE_BYTES = 16 * 1024

type Positions = Record<'stdout' | 'stderr', number>

/** Copies what is new. `final`: the process has ended, so that a last line without an end is complete. */
export async function pumpLogs(options: PumpOptions, final: boolean): Promise<void> {
  const file = join(options.directory, 'log-positions.json')
  const positions = parsePositions(await readFile(file, 'utf8').catch(() => ''))
  const before = JSON.stringify(positions)
  for (const stream of ['stdout', 'stderr'] as const)
    positions[stream] = await pumpStream(options, stream, positions[stream], final)
  if (JSON.stringify(positions) === before) return
  // By rename: of a file that is cut short, by a kill or a full disk, nobody could go on.
  await writeFile(`${file}.tmp`, JSON.stringify(positions))
  await rename(`${file}.tmp`, file)
}

function parsePositions(text: string): Positions {
  try {
    return { stdout: 0, stderr: 0, ...(JSON.parse(text) as Partial<Positions>) }
  } catch {
    return { stdout: 0, stderr: 0 }
  }
}

async function pumpStream(
  { directory, logFile, clock, pause }: PumpOptions,
  stream: 'stdout' | 'stderr',
  from: number,
  final: boolean,
): Promise<number> {
  const path = join(directory, `${stream}.raw`)
  let position = from
  const raw = await open(path, 'r').catch(() => undefined)
  if (raw === undefined) return position
  try {
    // It was emptied, and that was not noted down any more.
    if ((await raw.stat()).size < position) position = 0
    const buffer = Buffer.alloc(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await raw.read(buffer, 0, CHUNK_BYTES, position)
      if (bytesRead === 0) break
      const chunk = buffer.subarray(0, bytesRead)
      // A chunk that is full may end in the middle of a line.
      const isLast = final && bytesRead < CHUNK_BYTES
      const { text, used } = toLines(chunk, stream, nanoTime(clock), isLast)
      if (used === 0) break
      await appendFile(logFile, text, { mode: 0o640, encoding: 'latin1' })
      position += used
    }
    if (position < SHORTEN_BYTES || pause === undefined) return position
    await pause(async () => {
      if ((await raw.stat()).size !== position) return
      await truncate(path, 0)
      position = 0
    })
    return position
  } finally {
    await raw.close()
  }
}

/** RFC 3339 with nanoseconds, as containerd writes it. */
const nanoTime = (clock: Clock) => new Date(clock.now()).toISOString().replace('Z', '000000Z')

/** As text whose characters are bytes (latin1): a part of a line may end in the middle of a character. */
function toLines(
  chunk: Buffer,
  stream: 'stdout' | 'stderr',
  time: string,
  final: boolean,
): { text: string; used: number } {
  let text = ''
  let used = 0
  while (used < chunk.length) {
    const end = chunk.indexOf(10, used)
    const length = (end === -1 ? chunk.length : end) - used
    if (end === -1 && length < LINE_BYTES && !final) break
    const cut = length > LINE_BYTES
    const size = cut ? LINE_BYTES : length
    const content = chunk.subarray(used, used + size).toString('latin1')
    text += formatLogLine({ time, stream, full: !cut && (end !== -1 || final), content })
    used += size + (!cut && end !== -1 ? 1 : 0)
  }
  return { text, used }
}
