/** Keeps the logs of all running processes up to date: one pump at a time for each, started only where a raw file grew. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, errorMessage, isAlive, type Logger } from '../../lib/index.ts'
import { pumpLogs } from './log-pump.ts'
import type { ContainerRecord } from './records.ts'
import { signalGroup } from './supervisor.ts'

export interface LogPumps extends AsyncDisposable {
  /** From now on what the process writes goes to its log. */
  follow(record: ContainerRecord): void
  /** The process has ended: resolves when all it wrote is in its log. */
  finish(record: ContainerRecord): Promise<void>
}

interface Followed {
  record: ContainerRecord
  /** Bytes in the raw files when they were last read. */
  size: number
}

const LOOK_MS = 100
/** How long a stopped process is given to finish the write it is in. */
const SETTLE_MS = 5

export function openLogPumps(options: {
  clock: Clock
  logger: Logger
  directoryOf: (containerId: string) => string
}): LogPumps {
  const { clock, logger, directoryOf } = options
  const followed = new Map<string, Followed>()
  const working = new Map<string, Promise<void>>()
  const stop = new AbortController()

  const rawSize = async (id: string) => {
    const files = ['stdout.raw', 'stderr.raw'].map((name) => join(directoryOf(id), name))
    const sizes = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  function pump(record: ContainerRecord, final: boolean): Promise<void> {
    const identity = record.process
    const pause = async (work: () => Promise<void>) => {
      // Its number may be another's by now.
      if (final) return work()
      if (identity === undefined || !isAlive(identity)) return
      signalGroup(identity, 'SIGSTOP')
      await clock.sleep(SETTLE_MS)
      await work().finally(() => signalGroup(identity, 'SIGCONT'))
    }
    const next = (working.get(record.id) ?? Promise.resolve())
      .then(() => pumpLogs({ directory: directoryOf(record.id), logFile: record.logFile, clock, pause }, final))
      .catch((error: unknown) => logger.debug({ error: errorMessage(error) }, 'a log cannot be written'))
      .finally(() => working.get(record.id) === next && working.delete(record.id))
    working.set(record.id, next)
    return next
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      for (const entry of followed.values()) {
        const size = await rawSize(entry.record.id)
        if (size === entry.size) continue
        entry.size = size
        await pump(entry.record, false)
      }
      await clock.sleep(LOOK_MS, stop.signal)
    }
  }
  const running = run()

  return {
    follow: (record) => void followed.set(record.id, { record, size: -1 }),
    finish(record) {
      followed.delete(record.id)
      return pump(record, true)
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      await Promise.all(working.values())
    },
  }
}
