/** What every answer of the API has to keep to, whatever was asked. */
import type { ApiResponse, Exchange } from '../../src/api/index.ts'
import type { FuzzedRequest } from './requests.ts'

/** No request of the sizes here may take longer; generous, for machines that do much else. */
export const MAX_INPUT_MS = 3_000

/** Statuses above 500 that are answers: the thing asked for is not there (nodes, kubelets, backends of a proxy). */
const EXCUSED = new Set([501, 502, 503, 504])

/** What Kubernetes answers with 500 itself. */
const AS_KUBERNETES = ['without impersonating a user', 'failed to create typed patch object']

/** What Kubernetes says, as text, of paths outside the API. */
const NOT_FOUND = '404 page not found\n'

/** Throws an Error that says which promise an answer breaks. */
export async function checkAnswer(exchange: Exchange, request: FuzzedRequest): Promise<number> {
  const gone = new AbortController()
  const began = performance.now()
  const response = await exchange({ ...request, signal: gone.signal })
  const text = await beginningOf(response, gone)
  const tookMs = performance.now() - began
  if (tookMs > MAX_INPUT_MS) throw new Error(`took ${Math.round(tookMs)} ms`)
  const { status } = response
  // HEAD has no text to tell it by.
  const unsaid =
    request.method === 'HEAD' && Object.keys(request.headers).some((name) => name.startsWith('impersonate-'))
  if (status >= 500 && !EXCUSED.has(status) && !unsaid && !AS_KUBERNETES.some((part) => text.includes(part)))
    throw new Error(`answered ${status}: ${text.slice(0, 600)}`)
  const isPlain = status === 404 && text === NOT_FOUND && !/^\/apis?\//.test(request.url)
  if (status >= 400 && request.method !== 'HEAD' && !request.url.includes('/proxy') && !isPlain)
    checkStatus(text, status)
  checkPrototypes()
  return status
}

/** The whole body, or of one that goes on what there is at once: callers leave watches. */
async function beginningOf({ body }: ApiResponse, gone: AbortController): Promise<string> {
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  const leaving = setTimeout(() => gone.abort(), 10)
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of body) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  } catch (error) {
    if (!gone.signal.aborted) throw error
  } finally {
    clearTimeout(leaving)
  }
  return Buffer.concat(chunks).toString()
}

function checkStatus(text: string, status: number): void {
  const said = JSON.parse(text) as {
    kind?: string
    code?: number
    status?: string
    message?: unknown
    reason?: unknown
  }
  if (said.kind !== 'Status' || said.code !== status || said.status !== 'Failure' || typeof said.message !== 'string')
    throw new Error(`${status} is no Status that says so: ${text.slice(0, 300)}`)
}

const INHERITED = JSON.stringify(
  Object.getOwnPropertyNames(Object.prototype).concat(Object.getOwnPropertyNames(Array.prototype)),
)

/** Throws when anything has been added to what all objects have. */
export function checkPrototypes(): void {
  const now = JSON.stringify(
    Object.getOwnPropertyNames(Object.prototype).concat(Object.getOwnPropertyNames(Array.prototype)),
  )
  if (now !== INHERITED) throw new Error(`prototypes were changed: ${now}`)
}
