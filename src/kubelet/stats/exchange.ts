/** Answers what a kubelet's server tells of itself and its pods: /stats/summary, /metrics, /metrics/resource,
 *  /metrics/cadvisor, /metrics/probes, /pods, /runningpods/. Source: Kubernetes v1.34,
 *  pkg/kubelet/server/server.go, pkg/kubelet/server/stats. */
import type { ApiResponse, Exchange, k8s } from '../../api/index.ts'
import { errorMessage } from '../../lib/index.ts'
import type { ProbeTally } from '../probes/probe-tally.ts'
import type { RuntimeOperations } from '../runtime/operations.ts'
import { plainText } from '../server/plain-text.ts'
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
  probes: ProbeTally
  operations: RuntimeOperations
  /** The pods of this node. */
  pods: () => readonly k8s.Pod[]
}

const document = (type: string, body: string): ApiResponse => ({ status: 200, headers: { 'content-type': type }, body })
const metrics = (body: string) => document(EXPOSITION_TYPE, body)
const json = (content: object) => document('application/json', JSON.stringify(content))

type Answer = (options: StatsExchangeOptions, query: URLSearchParams) => Promise<ApiResponse> | ApiResponse

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/stats/summary': summary,
  '/metrics': async (options) => {
    const sample = await options.collector.current()
    const own = kubeletMetrics(sample, { ...options, disk: await options.disks.of(sample) })
    return metrics(`${own}${await options.operations.exposition()}`)
  },
  '/metrics/resource': async ({ collector }) =>
    metrics(resourceMetrics(await collector.current().catch(() => undefined))),
  '/metrics/cadvisor': async ({ collector, cpuCores, cgroupRoot }) =>
    metrics(cadvisorMetrics({ sample: await collector.current(), cpuCores, cgroupRoot })),
  '/metrics/probes': ({ probes }) => metrics(probes.exposition()),
  '/pods': ({ pods }) => json(podList(pods())),
  '/runningpods': async ({ collector }) => json(podList(runningPods(await collector.current()))),
}

export function statsExchange(options: StatsExchangeOptions): Exchange {
  return async ({ method, url }) => {
    const { pathname, searchParams } = new URL(url, 'http://kubelet')
    const path = pathname.replace(/(?<=.)\/$/, '')
    const answer = Object.hasOwn(ANSWERS, path) ? ANSWERS[path] : undefined
    if (answer === undefined) return plainText(404, '404 page not found\n')
    if (method !== 'GET' && method !== 'HEAD') return plainText(405, '405: Method Not Allowed')
    try {
      return await answer(options, searchParams)
    } catch (error) {
      return plainText(500, `Internal Error: ${errorMessage(error)}`)
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
