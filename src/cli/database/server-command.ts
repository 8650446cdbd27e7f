/** Commands beside a database's server, with files or whatever else as their streams. */
import { PassThrough, type Readable, Writable } from 'node:stream'
import type { Cluster } from '../cluster/open-cluster.ts'
import { type PodCommand, pipeThroughPod } from '../run/run-in-pod.ts'
import { type Database, serverOf } from './database.ts'

interface ServerCommand {
  database: Database
  command: readonly string[]
  signal: AbortSignal
}

/** How a command ended that has not done what it should. */
export interface CommandFailure {
  code: number
  /** What it said of that. */
  reason: string
}

const KEPT_CHARACTERS = 4000
/** What a container runs goes on when nobody listens any more, and one that waits for its reader for ever would go on
 *  holding what it has locked. So it is given a stdin that says nothing: it ends when whoever reads is gone, killed or
 *  not, and with it the command. Nobody is left without a parent that waits for it: a server that is the first process
 *  of its container would take its end by a signal for a crash of its own (PostgreSQL, postmaster.c, CleanupBackend). */
const WHILE_READ = [
  'sh',
  '-c',
  `exec 3<&0
"$@" </dev/null 3<&- & command=$!
{ read -r _ <&3; kill "$command"; } >/dev/null 2>&1 & watch=$!
wait "$command"
code=$?
kill "$watch" 2>/dev/null
wait "$watch"
exit "$code"`,
  'sh',
]

/** One that ends before it has read its stdin would leave the rest in the way of how it ended: a large file that is no
 *  dump is read to its end all the same. */
const READING_ALL = ['sh', '-c', '"$@"; code=$?; cat >/dev/null; exit "$code"', 'sh']

/** Undefined when it has done it. */
export async function feedServer(
  cluster: Cluster,
  { database, command, stdin, signal }: ServerCommand & { stdin: Readable },
): Promise<CommandFailure | undefined> {
  const server = await serverOf(cluster, database, signal)
  const stdout = new Writable({ write: (_, __, done) => done() })
  return run(cluster, { ...server, command: [...READING_ALL, ...command], stdin, stdout, signal })
}

/** Likewise. When it is cut short, the command is ended. */
export async function readServer(
  cluster: Cluster,
  { database, command, stdout, signal }: ServerCommand & { stdout: Writable },
): Promise<CommandFailure | undefined> {
  const server = await serverOf(cluster, database, signal)
  const stdin = new PassThrough()
  try {
    return await run(cluster, { ...server, command: [...WHILE_READ, ...command], stdin, stdout, signal })
  } finally {
    stdin.destroy()
  }
}

async function run(
  cluster: Cluster,
  wished: PodCommand & { stdin: Readable; stdout: Writable; signal: AbortSignal },
): Promise<CommandFailure | undefined> {
  const stderr = textSink()
  const code = await pipeThroughPod(cluster, { ...wished, stderr })
  return code === 0 ? undefined : { code, reason: stderr.text() || `exit code ${code}` }
}

/** A text, or of a long one its beginning and its end. */
export function textSink({ characters = KEPT_CHARACTERS } = {}): Writable & { text: () => string } {
  let all = ''
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      all += chunk.toString()
      if (all.length > 2 * characters) all = `${all.slice(0, characters)}…${all.slice(-characters)}`
      done()
    },
  })
  return Object.assign(sink, { text: () => all.trim() })
}
