/** Deployments, ReplicaSets, DaemonSets and StatefulSets: what counts as another generation, and fields of features that
 *  are off. Source: kubernetes v1.34, pkg/registry/apps. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import { sameJson } from '../same-json.ts'
import type { Strategy } from '../strategy.ts'

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation'

const counted = { countsGenerations: true } as const

export const deploymentStrategy: Strategy = {
  countsGenerations: true,
  statusKeeps: ['labels'],
  prepareForUpdate(object, old) {
    if (!sameJson(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}))
      object.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
  prepareForStatus: dropTerminatingReplicas,
}

export const replicaSetStrategy: Strategy = { ...counted, prepareForStatus: dropTerminatingReplicas }

/** The feature DeploymentReplicaSetTerminatingReplicas is off. */
function dropTerminatingReplicas(object: AnyObject, old: AnyObject): void {
  const [status, before] = [object.status, old.status] as (k8s.DeploymentStatus | undefined)[]
  if (status !== undefined && before?.terminatingReplicas === undefined) delete status.terminatingReplicas
}

export const daemonSetStrategy: Strategy = {
  ...counted,
  prepareForCreate(object) {
    const asked = Number(object.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0)
    setTemplateGeneration(object, asked >= 1 ? asked : 1)
  },
  prepareForUpdate(object, old) {
    const [{ template }, { template: before }] = [specOf<k8s.DaemonSetSpec>(object), specOf<k8s.DaemonSetSpec>(old)]
    setTemplateGeneration(object, templateGenerationOf(old) + (sameJson(template, before) ? 0 : 1))
  },
  prepareForStatus: (object, old) => setTemplateGeneration(object, templateGenerationOf(old)),
}

/** A field of versions that are gone, kept for their controllers. */
const templateGenerationOf = ({ metadata }: AnyObject) => Number(metadata.annotations?.[TEMPLATE_GENERATION] ?? 1)

function setTemplateGeneration({ metadata }: AnyObject, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) }
}

export const statefulSetStrategy: Strategy = {
  ...counted,
  prepareForCreate: (object) => dropMaxUnavailable(object, undefined),
  prepareForUpdate: dropMaxUnavailable,
}

/** The feature MaxUnavailableStatefulSet is off. */
function dropMaxUnavailable(object: AnyObject, old: AnyObject | undefined): void {
  const rollout = (owner: AnyObject) => specOf<k8s.StatefulSetSpec>(owner).updateStrategy?.rollingUpdate
  if (old === undefined || rollout(old)?.maxUnavailable === undefined) delete rollout(object)?.maxUnavailable
}

const specOf = <T>(object: AnyObject) => (object.spec ?? {}) as T
