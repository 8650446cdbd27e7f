/** Writes all that a database keeps to a file, which is there only when it is whole. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Cluster } from '../cluster/open-cluster.ts'
import type { CommandContext } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatBytes } from '../output/text.ts'
import { type Database, dumpOf } from './database.ts'
import { feedServer, readServer } from './server-command.ts'

/** A small dump is written before anybody could read how far it is. */
const SHOW_EVERY_BYTES = 4 * 1024 * 1024

export interface WrittenDump {
  path: string
  bytes: number
}

/** Beside `path` first, checked, and then in its place: readable by its owner alone, in folders that are as private
 *  where they had to be made. Throws CliError `dumpUnsupported`, `databaseDown`, `dumpFailed`. */
export async function dumpToFile(
  { t, console, signal }: CommandContext,
  cluster: Cluster,
  { database, path }: { database: Database; path: string },
): Promise<WrittenDump> {
  const { name } = database.resource.metadata
  dumpOf(database)
  return console.progress.run(t('step.dump', { name }), async (step) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const folder = await mkdtemp(join(dirname(path), '.naru-dump-'))
    try {
      const file = join(folder, 'dump')
      let shown = 0
      const onCount = (count: number) => {
        if (count - shown < SHOW_EVERY_BYTES) return
        shown = count
        step.update(formatBytes(count))
      }
      const sink = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true })
      const bytes = await writeDump(cluster, database, { sink, onCount, signal })
      const problem = await checkDump(cluster, { database, path: file, signal })
      if (problem !== undefined) throw CliError.of('dumpFailed', { name, reason: problem })
      await rename(file, path)
      step.result(formatBytes(bytes))
      return { path, bytes }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

/** As it comes: whether it is whole is for whoever takes it to check. Throws as `dumpToFile` does. */
export async function dumpToStdout(
  { stdout, signal }: CommandContext,
  cluster: Cluster,
  database: Database,
): Promise<void> {
  await writeDump(cluster, database, { sink: stdout, onCount: () => {}, signal })
}

/** What is wrong with the dump in a file, as the server's own programs say it; undefined when it is whole. */
export async function checkDump(
  cluster: Cluster,
  { database, path, signal }: { database: Database; path: string; signal: AbortSignal },
): Promise<string | undefined> {
  const stdin = createReadStream(path)
  try {
    return (await feedServer(cluster, { database, command: dumpOf(database).check, stdin, signal }))?.reason
  } finally {
    stdin.destroy()
  }
}

/** Resolves to its size when `sink` has all of it; ends it, unless it is the process' own. */
async function writeDump(
  cluster: Cluster,
  database: Database,
  { sink, onCount, signal }: { sink: Writable; onCount: (bytes: number) => void; signal: AbortSignal },
): Promise<number> {
  let bytes = 0
  const entry = new Transform({
    transform(chunk: Buffer, _, done) {
      onCount((bytes += chunk.length))
      done(undefined, chunk)
    },
  })
  const stop = new AbortController()
  const written = pipeline(entry, sink, { end: sink !== process.stdout }).catch((error: unknown) => {
    stop.abort(error)
    throw error
  })
  const reading = {
    database,
    command: dumpOf(database).write,
    stdout: entry,
    signal: AbortSignal.any([signal, stop.signal]),
  }
  const read = readServer(cluster, reading).finally(() => entry.end())
  const [outcome, said] = await Promise.allSettled([written, read])
  // That the disk is full says more than that the command was ended for it.
  if (outcome.status === 'rejected') throw outcome.reason
  if (said.status === 'rejected') throw said.reason
  if (said.value !== undefined)
    throw CliError.of('dumpFailed', { name: database.resource.metadata.name, reason: said.value.reason })
  return bytes
}
