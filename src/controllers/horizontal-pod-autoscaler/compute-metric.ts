/** How many pods one metric of an autoscaler asks for, and what of it is told in its status. Source: Kubernetes v1.34,
 *  pkg/controller/podautoscaler/horizontal.go (computeReplicasForMetric, computeStatusFor…). */
import { formatQuantity, type k8s, parseQuantity, quantityMilli } from '../../api/index.ts'
import type { Client } from '../../client/index.ts'
import { externalMetric, objectMetric, podsMetric, resourceMetrics } from './metric-sources.ts'
import {
  type Proposal,
  replicasForTotal,
  replicasForTotalPerPod,
  replicasForUsage,
  replicasForUtilization,
  type Tolerances,
} from './replicas-for-usage.ts'
import { printedSelector } from './selector-text.ts'
import { wordsOf } from './words.ts'

export interface MetricInput {
  client: Client
  namespace: string
  /** Of the scale: which pods it is about. */
  selector: string
  pods: readonly k8s.Pod[]
  /** What is asked for, and what there is. */
  specReplicas: number
  statusReplicas: number
  tolerances: Tolerances
  nowMs: number
}

export interface MetricProposal {
  replicas: number
  /** What metric it was, for messages. */
  name: string
  status: k8s.MetricStatus
}

/** Why a metric gives no number: the reason for conditions and events, and the words for the whole. */
export class MetricError extends Error {
  readonly reason: string
  /** As it is told of among all metrics. */
  readonly summary: string

  constructor(reason: string, cause: unknown, prefix: string) {
    super(wordsOf(cause), { cause })
    this.reason = reason
    this.summary = `${prefix}${wordsOf(cause)}`
  }
}

/** Throws MetricError. */
export async function computeMetric(input: MetricInput, spec: k8s.MetricSpec): Promise<MetricProposal> {
  const { resource, containerResource, pods, object, external } = spec
  const fail = (reason: string, prefix: string) => (error: unknown) => {
    throw new MetricError(reason, error, prefix)
  }
  if (spec.type === 'Resource' && resource)
    return ofResource(input, resource).catch(
      fail('FailedGetResourceMetric', `failed to get ${resource.name} resource metric value: `),
    )
  if (spec.type === 'ContainerResource' && containerResource)
    return ofResource(input, containerResource).catch(
      fail('FailedGetContainerResourceMetric', `failed to get ${containerResource.container} container metric value: `),
    )
  if (spec.type === 'Pods' && pods)
    return ofPods(input, pods).catch(fail('FailedGetPodsMetric', 'failed to get pods metric value: '))
  if (spec.type === 'Object' && object)
    return ofObject(input, object).catch(fail('FailedGetObjectMetric', 'failed to get object metric value: '))
  if (spec.type === 'External' && external)
    return ofExternal(input, external).catch(
      fail('FailedGetExternalMetric', `failed to get ${external.metric.name} external metric value: `),
    )
  throw new MetricError('InvalidMetricSourceType', `unknown metric source type ${JSON.stringify(spec.type)}`, '')
}

/** Puts where it happened before what happened. */
async function within<T>(prefix: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(`${prefix}${wordsOf(error)}`, { cause: error })
  }
}

/** Thousandths as a quantity; of memory with binary suffixes. */
function quantityOf(milli: number, resource?: string): string {
  const quantity = parseQuantity(`${milli}m`)
  return formatQuantity(resource === 'memory' ? { ...quantity, format: 'BinarySI' } : quantity)
}

async function ofResource(
  input: MetricInput,
  source: k8s.ResourceMetricSource & { container?: string },
): Promise<MetricProposal> {
  const { name: resource, target, container } = source
  const { averageValue, averageUtilization } = target
  if (averageValue === undefined && averageUtilization === undefined)
    throw new Error(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    )
  const subject = averageValue === undefined ? 'utilization' : 'usage'
  const proposal = await within(`failed to get ${resource} ${subject}: `, async () => {
    const metrics = await within(`unable to get metrics for resource ${resource}: `, () =>
      resourceMetrics(input.client, { ...input, resource, container }),
    )
    const counted = { ...input, currentReplicas: input.specReplicas, metrics, isCpu: resource === 'cpu' }
    return averageValue === undefined
      ? replicasForUtilization({ ...counted, resource, container, targetUtilization: averageUtilization ?? 0 })
      : replicasForUsage({ ...counted, targetUsage: quantityMilli(averageValue) })
  })
  const current: k8s.MetricValueStatus = {
    ...(proposal.utilization !== undefined && { averageUtilization: proposal.utilization }),
    averageValue: quantityOf(proposal.usage, resource),
  }
  const kind = container === undefined ? 'resource' : 'container resource'
  return {
    replicas: proposal.replicas,
    name:
      averageValue === undefined ? `${resource} ${kind} utilization (percentage of request)` : `${resource} resource`,
    status:
      container === undefined
        ? { type: 'Resource', resource: { name: resource, current } }
        : { type: 'ContainerResource', containerResource: { name: resource, container, current } },
  }
}

async function ofPods(input: MetricInput, { metric, target }: k8s.PodsMetricSource): Promise<MetricProposal> {
  const metrics = await within(`unable to get metric ${metric.name}: `, () => podsMetric(input.client, input, metric))
  const { replicas, usage } = replicasForUsage({
    ...input,
    currentReplicas: input.specReplicas,
    metrics,
    isCpu: false,
    targetUsage: quantityMilli(target.averageValue ?? 0),
  })
  const current = { averageValue: quantityOf(usage) }
  return { replicas, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric, current } } }
}

async function ofObject(input: MetricInput, source: k8s.ObjectMetricSource): Promise<MetricProposal> {
  const { describedObject, metric, target } = source
  const { kind, name } = describedObject
  const read = () =>
    within(`unable to get metric ${metric.name}: `, () =>
      objectMetric(input.client, input.namespace, source).catch((error: unknown) => {
        throw new Error(`${wordsOf(error)} on ${kind} ${input.namespace}/${name}`, { cause: error })
      }),
    )
  const status = (current: k8s.MetricValueStatus): k8s.MetricStatus => ({
    type: 'Object',
    object: { describedObject, metric, current },
  })
  if (target.type === 'Value' && target.value !== undefined) {
    const { replicas, usage } = ofTotal(input, await read(), target.value)
    return { replicas, name: `${kind} metric ${metric.name}`, status: status({ value: quantityOf(usage) }) }
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const averageTarget = target.averageValue
    return within(`failed to get ${metric.name} object metric: `, async () => {
      const { replicas, usage } = ofTotalPerPod(input, await read(), averageTarget)
      const printed = `external metric ${metric.name}(${printedSelector(metric.selector)})`
      return { replicas, name: printed, status: status({ averageValue: quantityOf(usage) }) }
    })
  }
  throw new Error('invalid object metric source: neither a value target nor an average value target was set')
}

async function ofExternal(input: MetricInput, { metric, target }: k8s.ExternalMetricSource): Promise<MetricProposal> {
  const selector = printedSelector(metric.selector)
  const read = () =>
    within(`unable to get external metric ${input.namespace}/${metric.name}/${selector}: `, async () =>
      (await externalMetric(input.client, input.namespace, metric)).reduce((sum, value) => sum + value, 0),
    )
  const name = `external metric ${metric.name}(${selector})`
  const status = (current: k8s.MetricValueStatus): k8s.MetricStatus => ({
    type: 'External',
    external: { metric, current },
  })
  const { averageValue, value } = target
  if (averageValue !== undefined)
    return within(`failed to get ${metric.name} external metric: `, async () => {
      const { replicas, usage } = ofTotalPerPod(input, await read(), averageValue)
      return { replicas, name, status: status({ averageValue: quantityOf(usage) }) }
    })
  if (value !== undefined)
    return within(`failed to get external metric ${metric.name}: `, async () => {
      const { replicas, usage } = ofTotal(input, await read(), value)
      return { replicas, name, status: status({ value: quantityOf(usage) }) }
    })
  throw new Error('invalid external metric source: neither a value target nor an average value target was set')
}

const ofTotal = (input: MetricInput, usage: number, target: k8s.Quantity): Proposal =>
  replicasForTotal({ ...input, currentReplicas: input.specReplicas, usage, target: quantityMilli(target) })

const ofTotalPerPod = (input: MetricInput, usage: number, target: k8s.Quantity): Proposal =>
  replicasForTotalPerPod({ ...input, usage, target: quantityMilli(target) })
