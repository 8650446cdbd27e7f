/** Asks the metrics APIs. Throws Errors worded as Kubernetes' clients word them. Sources: Kubernetes v1.34,
 *  pkg/controller/podautoscaler/metrics/client.go; k8s.io/metrics v0.34, pkg/client. */
import { isApiError, type k8s, type KubeObject, quantityMilli, type Resource } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { goDurationMs, type PodMetricsInfo, type PodMetricsItem, podMetricsInfo } from './pod-metrics.ts'
import { selectorText } from './selector-text.ts'
import { wordsOf } from './words.ts'

interface Value {
  value: string | number
  timestamp?: string
}

interface CustomValue extends Value {
  describedObject: { name?: string }
  windowSeconds?: number
}

const CUSTOM = 'custom.metrics.k8s.io'
const EXTERNAL = 'external.metrics.k8s.io'
const DEFAULT_WINDOW_MS = goDurationMs('1m')

const asked = (group: string, version: string, plural: string, namespaced = true): Resource => ({
  group,
  version,
  kind: '',
  plural,
  singular: '',
  namespaced,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: [],
})

const POD_METRICS = asked('metrics.k8s.io', 'v1beta1', 'pods')

const BARE = new Set([
  'the server could not find the requested resource',
  'the server is currently unable to handle the request',
])

async function answer<T>(api: string, subject: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    // A server that says no more than this is told with what it was asked for, as client-go does.
    const bare = isApiError(error) && BARE.has(error.message) ? ` (get ${subject})` : ''
    throw new Error(`unable to fetch metrics from ${api} metrics API: ${wordsOf(error)}${bare}`, { cause: error })
  }
}

export async function resourceMetrics(
  client: Client,
  {
    namespace,
    selector,
    resource,
    container,
  }: { namespace: string; selector: string; resource: string; container: string | undefined },
): Promise<PodMetricsInfo> {
  const { items } = await answer('resource', 'pods.metrics.k8s.io', () =>
    client.list(POD_METRICS, { namespace, labelSelector: selector }),
  )
  if (items.length === 0) throw new Error('no metrics returned from resource metrics API')
  return podMetricsInfo(items as unknown as PodMetricsItem[], resource, container)
}

/** In thousandths, one for each that the selector selects. */
export async function externalMetric(
  client: Client,
  namespace: string,
  { name, selector }: k8s.MetricIdentifier,
): Promise<number[]> {
  const labelSelector = selectorText(selector)
  const resource = asked(EXTERNAL, 'v1beta1', name)
  const { items } = await answer('external', `${name}.${EXTERNAL}`, () =>
    client.list(resource, { namespace, ...(labelSelector !== '' && { labelSelector }) }),
  )
  if (items.length === 0) throw new Error('no metrics returned from external metrics API')
  return (items as unknown as Value[]).map(({ value }) => quantityMilli(value))
}

interface CustomQuery {
  namespace: string
  /** The resource that is described, as `pods` or `ingresses.networking.k8s.io`. */
  of: string
  namespaced: boolean
  /** `*`: all that `selector` selects. */
  name: string
  selector?: string
  metric: k8s.MetricIdentifier
}

async function customValues(client: Client, query: CustomQuery): Promise<CustomValue[]> {
  const { items = [] } = await answer('custom', `${query.of}.${CUSTOM}`, async () => {
    const { resources } = await client.discover()
    const version = resources.find(({ group }) => group === CUSTOM)?.version
    if (version === undefined) throw new Error(`no custom metrics API (${CUSTOM}) registered`)
    const parameters = new URLSearchParams()
    if (query.selector) parameters.set('labelSelector', query.selector)
    const metricSelector = selectorText(query.metric.selector)
    if (metricSelector !== '') parameters.set('metricLabelSelector', metricSelector)
    const resource = asked(CUSTOM, version, query.of, query.namespaced)
    const text = parameters.toString()
    return client.subresource<{ items?: CustomValue[] }>(
      resource,
      { namespace: query.namespace, name: query.name },
      `${query.metric.name}${text === '' ? '' : `?${text}`}`,
      { method: 'GET' },
    )
  })
  if (items.length === 0) throw new Error('no metrics returned from custom metrics API')
  return items
}

export async function podsMetric(
  client: Client,
  where: { namespace: string; selector: string },
  metric: k8s.MetricIdentifier,
): Promise<PodMetricsInfo> {
  const values = await customValues(client, { ...where, of: 'pods', namespaced: true, name: '*', metric })
  return new Map(
    values.map(({ describedObject, value, timestamp, windowSeconds }) => [
      describedObject.name ?? '',
      {
        value: quantityMilli(value),
        timestampMs: Date.parse(timestamp ?? ''),
        windowMs: windowSeconds === undefined ? DEFAULT_WINDOW_MS : windowSeconds * 1000,
      },
    ]),
  )
}

/** In thousandths. */
export async function objectMetric(
  client: Client,
  namespace: string,
  { describedObject, metric }: k8s.ObjectMetricSource,
): Promise<number> {
  const { apiVersion = 'v1', kind, name } = describedObject
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  if (group === '' && kind === 'Namespace') {
    const query = { namespace: '', of: 'namespaces', namespaced: false, name: namespace, metric }
    return quantityMilli((await customValues(client, query))[0]?.value ?? 0)
  }
  const found = await kindResource(client, group, kind)
  const of = group === '' ? found.plural : `${found.plural}.${group}`
  const [first] = await customValues(client, { namespace, of, namespaced: true, name, metric })
  return quantityMilli(first?.value ?? 0)
}

/** Throws an Error where nothing of the kind is served. */
export async function kindResource(client: Client, group: string, kind: string): Promise<Resource<KubeObject>> {
  const { resources } = await client.discover()
  const found = resources.find((resource) => resource.group === group && resource.kind === kind)
  if (found !== undefined) return found
  throw new Error(`no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`)
}
