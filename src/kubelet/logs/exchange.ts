/** Answers /containerLogs/<namespace>/<pod>/<container>, as a kubelet's server does for the API server. Parameters:
 *  follow, tailLines, previous, timestamps, sinceSeconds, sinceTime, limitBytes, stream. Source: Kubernetes v1.34,
 *  pkg/kubelet/server/server.go. */
import { join } from 'node:path'
import {
  type ApiError,
  type ApiResponse,
  apiError,
  type Exchange,
  isApiError,
  type k8s,
  resources,
} from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import type { Clock } from '../../lib/index.ts'
import { podContainerStatuses } from '../pod/containers.ts'
import { containerLogPath, podLogDirectory } from '../pod/names.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { readLog } from './read.ts'

export interface LogExchangeOptions {
  client: Client
  runtime: ContainerRuntime
  logsDir: string
  clock: Clock
}

const failure = (error: ApiError): ApiResponse => ({
  status: error.status.code ?? 500,
  headers: { 'content-type': 'text/plain' },
  body: error.message,
})

export function logExchange(options: LogExchangeOptions): Exchange {
  return async (request) => {
    const url = new URL(request.url, 'http://kubelet')
    const [, root, namespace, pod, container, ...more] = url.pathname.split('/').map(decodeURIComponent)
    if (root !== 'containerLogs' || !namespace || !pod || !container || more.length > 0)
      return failure(apiError('BadRequest', `no such path on the kubelet: ${url.pathname}`))
    if (request.method !== 'GET') return failure(apiError('MethodNotAllowed', 'logs can only be read'))
    try {
      return await answer(options, { namespace, pod, container }, url.searchParams, request.signal)
    } catch (error) {
      if (isApiError(error)) return failure(error)
      throw error
    }
  }
}

interface Subject {
  namespace: string
  pod: string
  container: string
}

async function answer(
  { client, runtime, logsDir, clock }: LogExchangeOptions,
  subject: Subject,
  parameters: URLSearchParams,
  signal: AbortSignal,
): Promise<ApiResponse> {
  const pod = await client.get(resources.pods, { namespace: subject.namespace, name: subject.pod })
  const uid = pod.metadata.uid ?? ''
  const all = (await runtime.listContainers({ podUid: uid })).filter(({ name }) => name === subject.container)
  all.sort((a, b) => b.attempt - a.attempt)
  const previous = isTrue(parameters.get('previous'))
  const chosen = previous ? previousOf(pod, all) : all[0]
  if (chosen === undefined) throw apiError('BadRequest', whyNoLog(pod, subject.container, previous))
  const sinceSeconds = wholeNumber(parameters, 'sinceSeconds')
  const sinceTime = parameters.get('sinceTime')
  const sinceMs =
    sinceSeconds !== undefined ? clock.now() - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined
  const stream = parameters.get('stream')?.toLowerCase()
  const identity = { namespace: subject.namespace, name: subject.pod, uid }
  const body = readLog({
    path: join(podLogDirectory(logsDir, identity), containerLogPath(chosen.name, chosen.attempt)),
    follow: isTrue(parameters.get('follow')) && !previous,
    tailLines: wholeNumber(parameters, 'tailLines'),
    limitBytes: wholeNumber(parameters, 'limitBytes'),
    sinceMs,
    timestamps: isTrue(parameters.get('timestamps')),
    stream: stream === 'stdout' || stream === 'stderr' ? stream : undefined,
    running: async () => {
      const status = await runtime.containerStatus(chosen.id).catch(() => undefined)
      return status?.state === 'running' || status?.state === 'created'
    },
    clock,
    signal,
  })
  return { status: 200, headers: { 'content-type': 'text/plain' }, body }
}

/** The last that ended: the newest, where another is still to be started after it. */
function previousOf<T extends { id: string; name: string }>(pod: k8s.Pod, newestFirst: readonly T[]): T | undefined {
  const last = podContainerStatuses(pod).find(({ name }) => name === newestFirst[0]?.name)?.lastState?.terminated
  const ended = newestFirst.find(({ id }) => last?.containerID?.endsWith(`://${id}`))
  return ended ?? newestFirst[1]
}

/** In the kubelet's words. Source: Kubernetes v1.34, pkg/kubelet/kubelet_pods.go, validateContainerLogStatus. */
function whyNoLog(pod: k8s.Pod, container: string, previous: boolean): string {
  const where = `"${container}" in pod "${pod.metadata.name}"`
  if (previous) return `previous terminated container ${where} not found`
  const waiting = podContainerStatuses(pod).find(({ name }) => name === container)?.state?.waiting
  return waiting === undefined
    ? `container ${where} is not available`
    : `container ${where} is waiting to start: ${WAITS_FOR[waiting.reason ?? ''] ?? waiting.reason ?? 'ContainerCreating'}`
}

const WAITS_FOR: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
}

const isTrue = (text: string | null) => text === 'true' || text === '1'

function wholeNumber(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d+$/.test(text)) throw apiError('BadRequest', `${name} must be a whole number, not ${JSON.stringify(text)}`)
  return Number(text)
}
