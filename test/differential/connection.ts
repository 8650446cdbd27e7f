/** Requests to one of the two API servers as the administrator, over few connections that stay open. */
import { readFile } from 'node:fs/promises'
import { Agent, request as requestHttps } from 'node:https'
import { sendRaw } from '../harness/raw-http.ts'
import type { Side } from '../sides/side.ts'

export interface Call {
  method: string
  /** With the query. */
  path: string
  /** Sent as JSON. `READ` in it stands for the version in which the server last answered with the path's object. */
  body?: unknown
  /** Sent as it is, instead of `body`. */
  text?: string
  headers?: Readonly<Record<string, string>>
  /** Sent as it is, head and all, in place of a request; the body of the answer is the statuses that came, and whether
   *  the server closed the connection. */
  bytes?: string
  /** Asked again until the answer has this in it: what a server does a little later. */
  until?: string
}

export interface Answer {
  status: number
  contentType: string
  /** The texts of the Warning headers, in order. */
  warnings: readonly string[]
  /** What other headers say that a client acts on. */
  headers: Readonly<Record<string, string>>
  /** JSON where it is some; an array of what the lines say for a watch; else text. */
  body: unknown
}

/** A server that fails over a request closes the connection. */
const HUNG_UP = { status: 0, contentType: '', warnings: [], headers: {} } as const

export interface Connection extends Disposable {
  name: string
  send(call: Call): Promise<Answer>
}

/** In a body: the resource version that this server's object has. */
export const READ = '<read>'

/** Of the same client on both sides: managers of fields are named after it. */
const AGENT = 'differential/1.0'
const ACTED_ON = ['allow', 'location', 'retry-after', 'accept-patch', 'vary', 'cache-control'] as const
const WARNING = /299 \S+ "((?:[^"\\]|\\.)*)"/g
const TIMEOUT_MS = 30_000

export async function openConnection(side: Pick<Side, 'name' | 'address' | 'credentials'>): Promise<Connection> {
  const { ca, certificate, key } = side.credentials
  const [caPem, certPem, keyPem] = await Promise.all([readFile(ca), readFile(certificate), readFile(key)])
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: caPem, cert: certPem, key: keyPem })
  const versions = new Map<string, string>()
  const [host = '', port] = side.address.split(':')
  const raw = { host, port: Number(port), ca: caPem, cert: certPem, key: keyPem }
  const sendBytes = async (bytes: string): Promise<Answer> => {
    const { statuses, closed } = await sendRaw(raw, bytes)
    return { status: statuses[0] ?? 0, contentType: '', warnings: [], headers: {}, body: { statuses, closed } }
  }
  const sendCall = (call: Call) =>
    new Promise<Answer>((resolve, reject) => {
      const [path = ''] = call.path.split('?')
      const text = (call.text ?? (call.body === undefined ? '' : JSON.stringify(call.body))).replaceAll(
        READ,
        versions.get(path.replace(/\/status$/, '')) ?? '0',
      )
      const asked = requestHttps(
        `https://${side.address}${call.path}`,
        {
          method: call.method,
          agent,
          timeout: TIMEOUT_MS,
          headers: {
            accept: 'application/json',
            'user-agent': AGENT,
            ...(text !== '' && {
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(text)),
            }),
            ...call.headers,
          },
        },
        (response) => {
          let said = ''
          response.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
          response.on('error', reject)
          response.on('end', () => {
            const { headers } = response
            const body = parseBody(said)
            remember(versions, path, body)
            resolve({
              status: response.statusCode ?? 0,
              contentType: headers['content-type'] ?? '',
              warnings: warningsOf(response.rawHeaders),
              headers: Object.fromEntries(
                ACTED_ON.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
              ),
              body,
            })
          })
        },
      )
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
      asked.on('error', (cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ECONNRESET') resolve({ ...HUNG_UP, body: `${side.name} hung up` })
        else reject(new Error(`${side.name}, ${call.method} ${call.path}`, { cause }))
      })
      asked.end(text)
    })
  const send = (call: Call) => (call.bytes === undefined ? sendCall(call) : sendBytes(call.bytes))
  return { name: side.name, send, [Symbol.dispose]: () => agent.destroy() }
}

function remember(versions: Map<string, string>, path: string, body: unknown): void {
  const { name, resourceVersion } =
    (body as { metadata?: { name?: string; resourceVersion?: string } } | null)?.metadata ?? {}
  if (name === undefined || resourceVersion === undefined) return
  versions.set(path.endsWith(`/${name}`) ? path : `${path}/${name}`, resourceVersion)
}

/** One header each, or all in one: HTTP does not tell them apart. */
function warningsOf(raw: readonly string[]): string[] {
  return raw.flatMap((name, n) => {
    if (n % 2 === 1 || name.toLowerCase() !== 'warning') return []
    return [...(raw[n + 1] ?? '').matchAll(WARNING)].map(([, text = '']) => text)
  })
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return parseLines(text) ?? text
  }
}

function parseLines(text: string): unknown[] | undefined {
  try {
    return text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
  } catch {
    return undefined
  }
}
