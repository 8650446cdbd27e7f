/** Answers what a kubelet's server tells of itself and its pods: /stats/summary, /metrics, /metrics/resource,
 *  /metrics/cadvisor, /metrics/probes, /pods, /runningpods/, /healthz. Source: Kubernetes v1.34,
 *  pkg/kubelet/server/server.go, pkg/kubelet/server/stats. */
import type { ApiRequest, ApiResponse, Exchange, k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import { cadvisorMetrics } from './cadvisor-metrics.ts'
import type { StatsCollector } from './collector.ts'
import type { DiskSummaries } from './disk-summary.ts'
import { EXPOSITION_TYPE } from './exposition.ts'
import { kubeletMetrics } from './kubelet-metrics.ts'
import { resourceMetrics } from './resource-metrics.ts'
import type { NodeSample } from './sample.ts'
import { summaryOf } from './summary.ts'

export interface StatsExchangeOptions {
  nodeName: string
  cpuCores: number
  cgroupRoot: string
  collector: StatsCollector
  disks: DiskSummaries
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
}

const text = (status: number, body: string, type = 'text/plain; charset=utf-8'): ApiResponse => ({
  status,
  headers: { 'content-type': type, ...(status !== 200 && { 'x-content-type-options': 'nosniff' }) },
  body,
})
const metrics = (body: string) => text(200, body, EXPOSITION_TYPE)
const json = (document: object) => text(200, JSON.stringify(document), 'application/json')

type Answer = (options: StatsExchangeOptions, query: URLSearchParams) => Promise<ApiResponse> | ApiResponse

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/healthz': () => text(200, 'ok'),
  '/healthz/ping': () => text(200, 'ok'),
  '/healthz/syncloop': () => text(200, 'ok'),
  '/healthz/log': () => text(200, 'ok'),
  '/stats/summary': summary,
  '/metrics': async (options) => {
    const sample = await options.collector.current()
    return metrics(kubeletMetrics(sample, { ...options, disk: await options.disks.of(sample) }))
  },
  '/metrics/resource': async ({ collector }) =>
    metrics(resourceMetrics(await collector.current().catch(() => undefined))),
  '/metrics/cadvisor': async ({ collector, cpuCores, cgroupRoot }) =>
    metrics(cadvisorMetrics({ sample: await collector.current(), cpuCores, cgroupRoot })),
  '/metrics/probes': () => metrics(''),
  '/pods': ({ pods }) => json(podList(pods())),
  '/runningpods': async ({ collector }) => json(podList(runningPods(await collector.current()))),
}

const path = ({ url }: Pick<ApiRequest, 'url'>) => new URL(url, 'http://kubelet').pathname.replace(/(?<=.)\/$/, '')

export const isStatsRequest = (request: Pick<ApiRequest, 'url'>): boolean => Object.hasOwn(ANSWERS, path(request))

export function statsExchange(options: StatsExchangeOptions): Exchange {
  return async (request) => {
    const answer = ANSWERS[path(request)]
    if (answer === undefined) return text(404, '404 page not found\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, '405: Method Not Allowed')
    try {
      return await answer(options, new URL(request.url, 'http://kubelet').searchParams)
    } catch (error) {
      return text(500, `Internal Error: ${errorMessage(error)}`)
    }
  }
}

async function summary(
  { nodeName, collector, disks }: StatsExchangeOptions,
  query: URLSearchParams,
): Promise<ApiResponse> {
  const sample = await collector.current()
  const wanted = query.get('only_cpu_and_memory') ?? ''
  const alone = wanted !== '' && wanted !== 'false' && wanted !== '0'
  return json(summaryOf({ nodeName, sample, ...(!alone && { disk: await disks.of(sample) }) }))
}

const podList = (items: readonly unknown[]) => ({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items })

const runningPods = ({ pods }: NodeSample) =>
  pods.map(({ pod, containers }) => ({
    metadata: pod,
    spec: { containers: containers.map(({ name, image }) => ({ name, image, resources: {} })) },
    status: {},
  }))
