/** `GET pods/<name>/log`: the kubelet of the pod's node has the lines; this finds it and passes them on.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/pod (strategy.go, LogLocation), and the kubelet's containerLogs. */
import { type ApiResponse, apiError, type FieldError, invalid, type k8s, notFound } from '../../api/index.ts'
import { objectKey } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import { isTrue } from '../routing/request-info.ts'
import type { Backend, ResourceRequest } from '../server/context.ts'
import { chooseContainer } from '../streaming/stream-options.ts'
import { wantsUpgrade } from '../streaming/upgrade.ts'

/** The most of a kubelet's complaint that is passed on. */
const MAX_COMPLAINT = 10_000
const FLAGS = ['follow', 'previous', 'timestamps'] as const
const COUNTS = { tailLines: 0, sinceSeconds: 1, limitBytes: 1 } as const

export async function podLog(backend: Backend, request: ResourceRequest): Promise<ApiResponse> {
  const entry = await backend.store.get(objectKey(request.resource, request))
  if (entry === undefined) throw notFound(request.resource, request.name)
  const pod = decodeEntry(entry) as unknown as k8s.Pod
  const container = chooseContainer(pod, request.info.query.get('container') ?? '')
  const query = logQuery(request.info.query, request.name)
  const node = pod.spec?.nodeName
  const headers = { 'content-type': 'text/plain' }
  // Not on a node yet: there is nothing to read.
  if (!node) return { status: 204, headers: {}, body: '' }

  const life = backend.streams.open(request.request.signal)
  try {
    const path = ['containerLogs', request.namespace ?? '', request.name, container].map(encodeURIComponent).join('/')
    const kubelet = await backend.kubelet(node)
    const response = await kubelet({
      method: 'GET',
      url: `/${path}${query}`,
      headers: {},
      body: '',
      signal: life.signal,
    })
    if (response.status >= 400) throw await complaint(response)
    const asked = request.request
    if (wantsUpgrade(asked) && asked.headers.upgrade?.toLowerCase() === 'websocket') {
      const { upgradeToReader } = await import('../streaming/web-socket-reader.ts')
      return upgradeToReader(asked, relay(response, life))
    }
    return { status: 200, headers, body: relay(response, life) }
  } catch (error) {
    life[Symbol.dispose]()
    throw error
  }
}

async function* relay(
  { body }: ApiResponse,
  life: { signal: AbortSignal } & Disposable,
): AsyncGenerator<string | Uint8Array> {
  using _life = life
  try {
    if (typeof body === 'string' || body instanceof Uint8Array) yield body
    else yield* body
  } catch (error) {
    if (!life.signal.aborted) throw error
  }
}

/** The options a kubelet understands, checked. Throws ApiError `Invalid`, `BadRequest`. */
function logQuery(query: URLSearchParams, name: string): string {
  const passed = new URLSearchParams()
  for (const flag of FLAGS) if (isTrue(query.get(flag))) passed.set(flag, 'true')
  const errors: FieldError[] = []
  for (const [name, least] of Object.entries(COUNTS)) {
    const text = query.get(name)
    if (text === null) continue
    const number = Number(text)
    if (!/^-?\d+$/.test(text)) throw apiError('BadRequest', `${name}: ${JSON.stringify(text)} is not a whole number`)
    if (number < least)
      errors.push({
        type: 'FieldValueInvalid',
        field: name,
        message: `Invalid value: ${number}: must be greater than or equal to ${least}`,
      })
    passed.set(name, text)
  }
  const sinceTime = query.get('sinceTime')
  if (sinceTime !== null) {
    if (Number.isNaN(Date.parse(sinceTime)))
      throw apiError('BadRequest', `sinceTime: ${JSON.stringify(sinceTime)} is not an RFC 3339 time`)
    if (passed.has('sinceSeconds'))
      errors.push({
        type: 'FieldValueForbidden',
        field: '',
        message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
      })
    passed.set('sinceTime', sinceTime)
  }
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, name, errors)
  const text = passed.toString()
  return text === '' ? '' : `?${text}`
}

/** A kubelet speaks plain text; clients of the API get a Status that says the same. */
async function complaint({ status, body }: ApiResponse) {
  let text = typeof body === 'string' ? body : ''
  if (typeof body !== 'string') {
    const decoder = new TextDecoder()
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
      if (text.length > MAX_COMPLAINT) break
    }
  }
  const message = text.slice(0, MAX_COMPLAINT).trim()
  if (status === 400) return apiError('BadRequest', message)
  if (status === 404)
    return apiError('NotFound', message === '' ? 'the server could not find the requested resource' : message)
  return apiError('InternalError', `Internal error occurred: ${message}`)
}
