/** One HTTP request to a registry: streams both ways, errors as RegistryClientError. */
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RegistryClientError, type RegistryClientErrorReason } from '../errors.ts'
import { basicAuthorization, type Credentials } from '../registry/basic-auth.ts'

export interface RegistryAddress {
  /** `http://host:port` or `https://host`. */
  address: string
  credentials?: Credentials
}

export interface Call {
  method: string
  /** A path, or the absolute URL a Location header gave (credentials go to the registry's own origin only). */
  path: string
  headers?: Record<string, string>
  body?: Uint8Array | Readable
  signal?: AbortSignal | undefined
}

/** No byte moved for this long: the registry hangs. */
const SILENCE_LIMIT_MS = 60_000

/** The answer, whatever its status; the caller reads or drops the body. Throws `Unreachable`. */
export async function send(registry: RegistryAddress, call: Call): Promise<IncomingMessage> {
  call.signal?.throwIfAborted()
  const url = new URL(call.path, registry.address)
  const isOwnOrigin = url.origin === new URL(registry.address).origin
  const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: call.method,
    headers: {
      ...(registry.credentials !== undefined && isOwnOrigin
        ? { Authorization: basicAuthorization(registry.credentials) }
        : {}),
      ...call.headers,
    },
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  })
  outgoing.setTimeout(SILENCE_LIMIT_MS, () => outgoing.destroy(new Error(`no answer for ${SILENCE_LIMIT_MS / 1000} s`)))
  try {
    return await exchange(outgoing, call.body)
  } catch (error) {
    call.signal?.throwIfAborted()
    throw new RegistryClientError(
      'Unreachable',
      `the registry at ${registry.address} cannot be reached; is the engine running?`,
      {
        cause: error,
      },
    )
  }
}

async function exchange(outgoing: ClientRequest, body: Uint8Array | Readable | undefined): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('error', reject)
  })
  if (body === undefined || body instanceof Uint8Array) {
    outgoing.end(body)
    return answered
  }
  // A registry may refuse and close before it read everything: then its answer counts, not the broken pipe.
  const sent = pipeline(body, outgoing)
  const [answer, sending] = await Promise.allSettled([answered, Promise.race([sent, answered])])
  sent.catch(() => undefined)
  if (answer.status === 'fulfilled') return answer.value
  throw sending.status === 'rejected' ? sending.reason : answer.reason
}

/** Reads the body to its end. */
export async function readAll(answer: IncomingMessage, limitBytes = 8 * 2 ** 20): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > limitBytes)
      throw new RegistryClientError('Corrupt', `the registry answered with more than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const REASONS: Record<number, RegistryClientErrorReason> = { 401: 'Unauthorized', 403: 'Unauthorized', 404: 'NotFound' }

/** The error for an answer that is not what the call wanted, with the registry's own words. */
export async function refusal(answer: IncomingMessage, doing: string): Promise<RegistryClientError> {
  const status = answer.statusCode ?? 0
  const text = (await readAll(answer).catch(() => Buffer.alloc(0))).toString('utf8')
  let words = text.slice(0, 300)
  try {
    const parsed = JSON.parse(text) as { errors?: { code?: string; message?: string }[] }
    const [first] = parsed.errors ?? []
    if (first !== undefined) words = `${first.code ?? ''}: ${first.message ?? ''}`
  } catch {
    // Not the protocol's JSON: the text as it is.
  }
  return new RegistryClientError(
    REASONS[status] ?? 'Refused',
    `${doing}: the registry answered ${status} ${words}`.trim(),
    { status },
  )
}
