/** One of the two API servers that are compared: started, looked at, ended. */
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { request as requestHttps } from 'node:https'
import { type AddressInfo, createServer } from 'node:net'

export interface Side extends AsyncDisposable {
  name: string
  /** `127.0.0.1:16443` */
  address: string
  /** Files: the authority of the server, and the certificate and key of a member of `system:masters`. */
  credentials: { ca: string; certificate: string; key: string }
  /** The processes that answer requests and keep objects. */
  pids: readonly number[]
  /** From the start of the first process until /readyz said ok. */
  readyMs: number
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves with the time that passed since `start` when the server says that it is ready. Throws `failure()` when that
 *  is set first, or after a minute. */
export async function untilReady(address: string, start: number, failure: () => string | undefined): Promise<number> {
  for (;;) {
    if (await saysReady(address)) return performance.now() - start
    const problem = failure() ?? (performance.now() - start > 60_000 ? 'not ready after a minute' : undefined)
    if (problem !== undefined) throw new Error(`${address}: ${problem}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function saysReady(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = requestHttps(
      `https://${address}/readyz`,
      { rejectUnauthorized: false, agent: false, timeout: 1000 },
      (response) => {
        response.resume()
        resolve(response.statusCode === 200)
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })
}

/** One request as the administrator. */
export async function call(
  side: Side,
  request: { method: string; path: string; body?: unknown },
): Promise<{ status: number; body: unknown }> {
  const { ca, certificate, key } = side.credentials
  const [caPem, certPem, keyPem] = await Promise.all([ca, certificate, key].map((path) => readFile(path)))
  return new Promise((resolve, reject) => {
    const asked = requestHttps(
      `https://${side.address}${request.path}`,
      {
        method: request.method,
        agent: false,
        headers: { 'content-type': 'application/json' },
        ca: caPem,
        cert: certPem,
        key: keyPem,
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }))
      },
    )
    asked.on('error', reject)
    asked.end(request.body === undefined ? undefined : JSON.stringify(request.body))
  })
}

/** Seconds of CPU that the side's processes took so far. */
export async function cpuSeconds(side: Pick<Side, 'pids'>): Promise<number> {
  let nanoseconds = 0
  for (const pid of side.pids) {
    for (const tid of await readdir(`/proc/${pid}/task`))
      nanoseconds += Number(
        (await readFile(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').catch(() => '0')).split(' ')[0],
      )
  }
  return nanoseconds / 1e9
}

/** Megabytes of the side's processes: pages that only they use, and their share of the others. */
export async function memoryMegabytes(side: Side): Promise<{ proportional: number; resident: number }> {
  const sum = { proportional: 0, resident: 0 }
  for (const pid of side.pids) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
    sum.proportional += Number(/^Pss: +(\d+)/m.exec(text)?.[1]) / 1000
    sum.resident += Number(/^Rss: +(\d+)/m.exec(text)?.[1]) / 1000
  }
  return sum
}
