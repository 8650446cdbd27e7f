/** Commands beside a database's server, with files or whatever else as their streams. */
import { Writable } from 'node:stream'
import type { Readable } from 'node:stream'
import type { Cluster } from '../cluster/open-cluster.ts'
import { pipeThroughPod } from '../run/run-in-pod.ts'
import { type Database, serverOf } from './database.ts'

interface ServerCommand {
  database: Database
  command: readonly string[]
  signal: AbortSignal
}

const KEPT_CHARACTERS = 4000
/** What a container runs goes on when nobody listens any more: so much time to end it. */
const CLEANUP_MS = 5000
/** Says which process it is, on its first line to stderr. */
const WITH_ITS_ID = ['sh', '-c', 'echo "$$" >&2; exec "$@"', 'sh']

/** What went wrong, as the command says it; undefined when nothing did. */
export async function feedServer(
  cluster: Cluster,
  { database, command, stdin, signal }: ServerCommand & { stdin: Readable },
): Promise<string | undefined> {
  const server = await serverOf(cluster, database, signal)
  const stderr = textSink()
  const stdout = new Writable({ write: (_, __, done) => done() })
  const code = await pipeThroughPod(cluster, { ...server, command, stdin, stdout, stderr, signal })
  return code === 0 ? undefined : stderr.text() || `exit code ${code}`
}

/** Likewise. When it is cut short, the command is ended: one that waits for its reader for ever would go on holding
 *  what it has locked. */
export async function readServer(
  cluster: Cluster,
  { database, command, stdout, signal }: ServerCommand & { stdout: Writable },
): Promise<string | undefined> {
  const server = await serverOf(cluster, database, signal)
  const stderr = textSink()
  const told = { ...server, command: [...WITH_ITS_ID, ...command], stdout, stderr, signal }
  try {
    const code = await pipeThroughPod(cluster, told)
    return code === 0 ? undefined : stderr.text().replace(/^\d+\s*/, '') || `exit code ${code}`
  } catch (error) {
    const id = /^\d+/.exec(stderr.text())?.[0]
    const end = {
      ...server,
      command: ['sh', '-c', 'kill "$1"', 'sh', id ?? ''],
      signal: AbortSignal.timeout(CLEANUP_MS),
    }
    // That it could not be ended must not hide why it was to end.
    if (id !== undefined)
      await pipeThroughPod(cluster, { ...end, stdout: textSink(), stderr: textSink() }).catch(() => undefined)
    throw error
  }
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
