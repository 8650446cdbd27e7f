/** Answers /exec/<namespace>/<pod>/<container>, /attach/… and /portForward/<namespace>/<pod> with a redirect to where the
 *  container runtime waits for the connection; the API server, on this machine too, goes there itself.
 *  Parameters: input, output, error, tty, command, port. Source: Kubernetes v1.34, pkg/kubelet/server/server.go and
 *  pkg/kubelet/kubelet_pods.go (GetExec, GetAttach, GetPortForward). */
import {
  type ApiError,
  type ApiRequest,
  type ApiResponse,
  apiError,
  type Exchange,
  isApiError,
  resources,
} from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { isRuntimeError } from '../errors.ts'
import type { ContainerRuntime, RuntimeStreams } from '../runtime/runtime.ts'

export interface StreamExchangeOptions {
  client: Client
  runtime: ContainerRuntime
}

const ROOTS = ['exec', 'attach', 'portForward']

export const isStreamRequest = ({ url }: Pick<ApiRequest, 'url'>): boolean => ROOTS.includes(url.split('/')[1] ?? '')

const failure = (error: ApiError): ApiResponse => ({
  status: error.status.code ?? 500,
  headers: { 'content-type': 'text/plain' },
  body: error.message,
})

export function streamExchange(options: StreamExchangeOptions): Exchange {
  return async (request) => {
    try {
      return { status: 302, headers: { location: await locate(options, request) }, body: '' }
    } catch (error) {
      if (isApiError(error)) return failure(error)
      if (isRuntimeError(error)) return failure(apiError('InternalError', error.message))
      throw error
    }
  }
}

interface Subject {
  namespace: string
  pod: string
  container: string
}

async function locate({ client, runtime }: StreamExchangeOptions, request: ApiRequest): Promise<string> {
  const url = new URL(request.url, 'http://kubelet')
  const [, root = '', namespace, pod, container = ''] = url.pathname.split('/').map(decodeURIComponent)
  const { streams } = runtime
  if (streams === undefined)
    throw apiError('BadRequest', 'this node runs programs as processes of the host: there is no container to enter')
  if (!namespace || !pod) throw apiError('BadRequest', `no such path on the kubelet: ${url.pathname}`)
  const { uid = '' } = (await client.get(resources.pods, { namespace, name: pod })).metadata
  if (root === 'portForward') {
    const sandbox = (await runtime.listSandboxes({ podUid: uid })).find(({ state }) => state === 'ready')
    if (sandbox === undefined) throw apiError('NotFound', `pod does not exist: ${namespace}/${pod}`)
    return streams.portForward(sandbox.id, url.searchParams.getAll('port').map(Number))
  }
  const id = await runningContainer(runtime, uid, { namespace, pod, container })
  return openCommand(streams, { root, id, query: url.searchParams })
}

async function runningContainer(runtime: ContainerRuntime, uid: string, subject: Subject): Promise<string> {
  const containers = await runtime.listContainers({ podUid: uid })
  const found = containers.find(({ name, state }) => name === subject.container && state === 'running')
  if (found === undefined) throw apiError('InternalError', `container not found ("${subject.container}")`)
  return found.id
}

function openCommand(
  streams: RuntimeStreams,
  { root, id, query }: { root: string; id: string; query: URLSearchParams },
): Promise<string> {
  const set = {
    stdin: query.get('input') === '1',
    stdout: query.get('output') === '1',
    stderr: query.get('error') === '1',
    tty: query.get('tty') === '1',
  }
  return root === 'exec' ? streams.exec(id, query.getAll('command'), set) : streams.attach(id, set)
}
