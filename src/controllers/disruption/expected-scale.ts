/** How many pods the controllers of a budget's pods should have between them. Source: k8s.io/kubernetes v1.34,
 *  getExpectedScale and the finders in pkg/controller/disruption/disruption.go. */
import { isApiError, type k8s, type KubeObject, qualifiedName, type Resource, resources } from '../../api/index.ts'
import type { Client, Informer } from '../../client/index.ts'
import { controllerKey, controllerOf } from '../objects/index.ts'

/** The replicas that the controller `reference` of a pod should have, and whose scale that is; nothing when there is
 *  no such controller. Throws for a kind without a scale. */
export type ScaleOf = (
  pod: k8s.Pod,
  reference: k8s.OwnerReference,
) => Promise<{ uid: string; replicas: number } | undefined>

export interface ExpectedScale {
  scale: number
  /** Names of pods that no controller makes: nobody knows how many of them there should be. */
  unmanaged: string[]
}

export async function expectedScale(pods: readonly k8s.Pod[], scaleOf: ScaleOf): Promise<ExpectedScale> {
  const scales = new Map<string, number>()
  const asked = new Set<string>()
  const unmanaged: string[] = []
  for (const pod of pods) {
    const reference = controllerOf(pod)
    if (reference === undefined) unmanaged.push(pod.metadata.name)
    else if (!asked.has(reference.uid)) {
      asked.add(reference.uid)
      const found = await scaleOf(pod, reference)
      if (found === undefined) throw new Error(`found no controllers for pod "${pod.metadata.name}"`)
      scales.set(found.uid, found.replicas)
    }
  }
  return { scale: [...scales.values()].reduce((sum, scale) => sum + scale, 0), unmanaged }
}

interface Scaled extends KubeObject {
  spec: { replicas?: number | undefined }
}

export interface ScaleSources {
  client: Client
  replicaSets: Informer<k8s.ReplicaSet>
  replicationControllers: Informer<k8s.ReplicationController>
  deployments: Informer<k8s.Deployment>
  statefulSets: Informer<k8s.StatefulSet>
}

/** Of a replica set under a deployment, the deployment's. Of kinds that are not followed, the `scale` subresource. */
export function openScaleOf(sources: ScaleSources): ScaleOf {
  const { client, replicaSets, deployments } = sources
  const own: readonly (readonly [Resource, Informer<Scaled>])[] = [
    [resources.replicationcontrollers, sources.replicationControllers],
    [resources.statefulsets, sources.statefulSets],
  ]
  /** The controller of `object`, when it is of that kind and still the same. */
  const controllerIn = <T extends KubeObject>(object: KubeObject, resource: Resource, informer: Informer<T>) => {
    const reference = controllerOf(object)
    if (reference === undefined || controllerKey(object, resource) === undefined) return undefined
    const found = informer.get({ namespace: object.metadata.namespace, name: reference.name })
    return found?.metadata.uid === reference.uid ? found : undefined
  }
  const scale = ({ metadata, spec }: Scaled) => ({ uid: metadata.uid ?? '', replicas: spec.replicas ?? 1 })

  return async (pod, reference) => {
    const replicaSet = controllerIn(pod, resources.replicasets, replicaSets)
    if (replicaSet !== undefined) {
      if (controllerOf(replicaSet)?.kind !== resources.deployments.kind) return scale(replicaSet)
      const deployment = controllerIn(replicaSet, resources.deployments, deployments)
      return deployment && scale(deployment)
    }
    for (const [resource, informer] of own) {
      const found = controllerIn(pod, resource, informer)
      if (found !== undefined) return scale(found)
    }
    return await readScale(client, pod, reference)
  }
}

async function readScale(client: Client, { metadata }: k8s.Pod, reference: k8s.OwnerReference) {
  const [group = ''] = reference.apiVersion.includes('/') ? reference.apiVersion.split('/') : ['']
  const { resources: served } = await client.discover()
  const resource = served.find((one) => one.group === group && one.kind === reference.kind)
  if (resource === undefined)
    throw new Error(`no matches for kind "${reference.kind}" in version "${reference.apiVersion}"`)
  if (!resource.subresources.some(({ name }) => name === 'scale'))
    throw new Error(`${qualifiedName(resource)} does not implement the scale subresource`)
  try {
    const ref = { namespace: metadata.namespace, name: reference.name }
    const scale = await client.subresource<k8s.Scale>(resource, ref, 'scale', { method: 'GET' })
    return scale.metadata.uid === reference.uid ? { uid: reference.uid, replicas: scale.spec.replicas ?? 0 } : undefined
  } catch (error) {
    if (isApiError(error, 'NotFound')) return undefined
    throw error
  }
}
