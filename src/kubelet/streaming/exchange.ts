/** Answers /exec/<namespace>/<pod>/[<uid>/]<container>, /attach/… and /portForward/<namespace>/<pod>[/<uid>] with a
 *  redirect to where the container runtime waits for the connection; whoever is on this machine (the API server, the
 *  kubelet's own port) goes there itself.
 *  Parameters: input, output, error, tty, command, port. Source: Kubernetes v1.34, pkg/kubelet/server/server.go and
 *  pkg/kubelet/kubelet_pods.go (GetExec, GetAttach, GetPortForward). */
import {
  type ApiError,
  type ApiRequest,
  type ApiResponse,
  apiError,
  type Exchange,
  isApiError,
} from '../../api/index.ts'
import { isRuntimeError } from '../errors.ts'
import type { ContainerRuntime, RuntimeStreams } from '../runtime/runtime.ts'
import { type PodLookup, podUid, runningContainer, subjectOf } from './subject.ts'

export interface StreamExchangeOptions {
  runtime: ContainerRuntime
  pod: PodLookup
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

async function locate({ runtime, pod }: StreamExchangeOptions, request: ApiRequest): Promise<string> {
  const { pathname, searchParams } = new URL(request.url, 'http://kubelet')
  const root = pathname.split('/')[1] ?? ''
  const { streams } = runtime
  if (streams === undefined)
    throw apiError(
      'BadRequest',
      'this node runs programs as processes of the host: there is no container to enter; where there is containerd, naru up --runtime containerd makes containers',
    )
  if (root === 'portForward') {
    const subject = subjectOf(pathname, { ofContainer: false })
    const uid = await podUid(pod, subject)
    const sandbox = (await runtime.listSandboxes({ podUid: uid })).find(({ state }) => state === 'ready')
    if (sandbox === undefined) throw apiError('NotFound', `pod does not exist: ${subject.namespace}/${subject.name}`)
    return streams.portForward(sandbox.id, searchParams.getAll('port').map(Number))
  }
  const id = await runningContainer(runtime, pod, subjectOf(pathname))
  return openCommand(streams, { root, id, query: searchParams })
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
