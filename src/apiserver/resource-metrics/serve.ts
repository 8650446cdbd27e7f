/** Answers metrics.k8s.io from what the kubelets say now, as metrics-server does for clusters that install it. */
import {
  type ApiRequest,
  type ApiResponse,
  type k8s,
  type KubeObject,
  matchesFields,
  matchesLabels,
  notFound,
  parseFieldSelector,
  parseLabelSelector,
  type Resource,
  resources,
} from '../../api/index.ts'
import type { LocalGroup } from '../aggregation/aggregation.ts'
import { presenterFor } from '../handlers/present.ts'
import { objectKey, prefixOf } from '../registry/object-key.ts'
import { decodeEntry } from '../registry/object-text.ts'
import { parseRequest, type RequestInfo } from '../routing/request-info.ts'
import type { Backend } from '../server/context.ts'
import { methodNotAllowed, pathNotFound } from '../server/not-served.ts'
import { respondJson } from '../server/response.ts'
import type { Printer } from '../table/index.ts'
import { nodeMetricsOf, podMetricsOf } from './objects.ts'
import { nodeMetricsPrinter, podMetricsPrinter } from './printers.ts'
import { METRICS_GROUP, METRICS_VERSION, nodeMetrics, podMetrics } from './resources.ts'
import { askKubelet, type Summary } from './summary.ts'

interface Served {
  resource: Resource
  /** Whose use of the machine it tells. */
  of: Resource
  printer: Printer<never>
  measure: (backend: Backend, objects: readonly KubeObject[], signal: AbortSignal) => Promise<KubeObject[]>
}

const SERVED: readonly Served[] = [
  { resource: nodeMetrics, of: resources.nodes, printer: nodeMetricsPrinter, measure: measureNodes },
  { resource: podMetrics, of: resources.pods, printer: podMetricsPrinter, measure: measurePods },
]

export const resourceMetricsGroup = (backend: () => Backend): LocalGroup => ({
  group: METRICS_GROUP,
  version: METRICS_VERSION,
  resources: SERVED.map(({ resource }) => resource),
  answer: (request) => answer(backend(), request),
})

async function answer(backend: Backend, request: ApiRequest): Promise<ApiResponse> {
  const info = parseRequest(request)
  const { target, verb } = info
  const served = SERVED.find(({ resource }) => resource.plural === target?.resource)
  if (served === undefined || target === undefined || target.subresource !== undefined) throw pathNotFound()
  if (!served.resource.namespaced && target.namespace !== undefined) throw pathNotFound()
  if (verb !== 'get' && verb !== 'list') throw methodNotAllowed()
  const { resource, printer } = served
  const shape = verb === 'get' ? 'object' : 'list'
  const presenter = presenterFor(
    backend,
    { request, info, resource, model: { printer: printer as Printer<KubeObject> } },
    shape,
  )
  const { format } = presenter
  if (target.name !== undefined) {
    const found = await measureOne(backend, served, { namespace: target.namespace, name: target.name }, request.signal)
    return respondJson(200, presenter.object(JSON.stringify(found)), { format })
  }
  const objects = await select(backend, served, info)
  const items = await served.measure(backend, objects, request.signal)
  const texts = items.map((item) => JSON.stringify(item))
  return respondJson(200, presenter.list(texts, {} as { resourceVersion: string }), { format })
}

async function measureOne(
  backend: Backend,
  { resource, of, measure }: Served,
  ref: { namespace: string | undefined; name: string },
  signal: AbortSignal,
): Promise<KubeObject> {
  const entry = await backend.store.get(objectKey(of, ref))
  if (entry === undefined) throw notFound(of, ref.name)
  const [metrics] = await measure(backend, [decodeEntry(entry)], signal)
  if (metrics === undefined) throw notFound(resource, of.namespaced ? `${ref.namespace}/${ref.name}` : ref.name)
  return metrics
}

/** Ordered by namespace and name, as keys are. */
async function select(
  backend: Backend,
  { of, resource }: Served,
  { target, query }: RequestInfo,
): Promise<KubeObject[]> {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '')
  const { entries } = await backend.store.list(prefixOf(of, of.namespaced ? target?.namespace : undefined))
  return entries
    .map((entry) => decodeEntry(entry) as unknown as KubeObject)
    .filter((object) => matchesLabels(labels, object.metadata.labels ?? {}) && matchesFields(resource, fields, object))
}

/** By node; those whose kubelet does not answer are missing. */
async function summaries(
  backend: Backend,
  nodes: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, Summary>> {
  const asked = [...new Set(nodes)].map(async (node) => [node, await askKubelet(backend, node, signal)] as const)
  const answered = await Promise.all(asked)
  return new Map(answered.flatMap(([node, summary]) => (summary === undefined ? [] : [[node, summary] as const])))
}

async function measureNodes(
  backend: Backend,
  nodes: readonly KubeObject[],
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const names = nodes.map(({ metadata }) => metadata.name)
  const byNode = await summaries(backend, names, signal)
  const nowMs = backend.clock.now()
  return nodes.flatMap((node) => nodeMetricsOf(node as k8s.Node, byNode.get(node.metadata.name), nowMs) ?? [])
}

async function measurePods(
  backend: Backend,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const pods = objects as readonly k8s.Pod[]
  const nodes = pods.flatMap(({ spec }) => spec.nodeName || [])
  const byNode = await summaries(backend, nodes, signal)
  const used = new Map(
    [...byNode.values()].flatMap(({ pods = [] }) => pods).map((pod) => [pod.podRef.uid, pod] as const),
  )
  const nowMs = backend.clock.now()
  return pods.flatMap((pod) => podMetricsOf(pod, used.get(pod.metadata.uid ?? ''), nowMs) ?? [])
}
