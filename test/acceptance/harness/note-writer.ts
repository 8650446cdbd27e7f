/** A steady client that writes: one note after another, each counted once it is acknowledged, until `stop`. */
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface WrittenNotes {
  /** Ids of those that were answered with 201. */
  acknowledged: string[]
  /** What any other got. */
  failures: string[]
}

/** `url` is that of an app of the template `node-postgres`. */
export function startNoteWriter(url: string, options: { everyMs: number }): { stop(): Promise<WrittenNotes> } {
  const { host, port } = new URL(url)
  const written: WrittenNotes = { acknowledged: [], failures: [] }
  const ended = new AbortController()

  /** `fetch` may not set Host, and resolves no name under .localhost. */
  const writeOne = (text: string) =>
    new Promise<void>((resolve) => {
      const failed = (why: string) => {
        written.failures.push(`${new Date().toISOString()} ${text}: ${why}`)
        resolve()
      }
      const headers = { host, 'content-length': Buffer.byteLength(text) }
      const sent = request(
        { host: '127.0.0.1', port: port || 80, method: 'POST', headers, timeout: 60_000 },
        (answer) => {
          let body = ''
          answer.setEncoding('utf8').on('data', (part: string) => (body += part))
          answer.once('close', () => {
            if (!answer.complete || answer.statusCode !== 201)
              return failed(`${answer.statusCode} ${body.slice(0, 300)}`)
            written.acknowledged.push((JSON.parse(body) as { id: string }).id)
            resolve()
          })
        },
      )
      sent.once('timeout', () => sent.destroy(new Error('timed out')))
      sent.once('error', ({ message }) => failed(message))
      sent.end(text)
    })

  const writing = (async () => {
    for (let count = 1; !ended.signal.aborted; count += 1) {
      await writeOne(`note ${count}`)
      await sleep(options.everyMs, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  return {
    async stop() {
      ended.abort()
      await writing
      return written
    },
  }
}
