/** What the controller needs to know of the objects whose pods it keeps in number: replica sets, and what can be seen as
 *  one. ReplicationControllers are that in Kubernetes too (pkg/controller/replication/conversion.go). */
import { type k8s, keyOf, type KubeObject, type ObjectRef, type Resource, resources } from '../../api/index.ts'
import { type Source, source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'

/** A kind of object that owns pods by number. */
export interface ReplicaOwnerKind {
  /** The controller's name in logs. */
  name: string
  /** The source of its events. */
  component: string
  /** What pods name as their owner. */
  resource: Resource
  open(context: ControllerContext): Promise<ReplicaOwners>
}

/** All objects of the kind, each seen as a replica set. */
export interface ReplicaOwners {
  get(ref: ObjectRef): k8s.ReplicaSet | undefined
  list(namespace: string | undefined): k8s.ReplicaSet[]
  changes: Source<KubeObject>
  updateStatus(owner: k8s.ReplicaSet, status: k8s.ReplicaSetStatus): Promise<void>
}

export const replicaSetKind: ReplicaOwnerKind = {
  name: 'replicaset',
  component: 'replicaset-controller',
  resource: resources.replicasets,
  async open({ client, informers }) {
    const replicaSets = await informers.of(resources.replicasets)
    return {
      get: (ref) => replicaSets.get(ref),
      list: (namespace) => replicaSets.list(namespace),
      changes: source(replicaSets, (replicaSet) => [keyOf(replicaSet)]),
      async updateStatus(replicaSet, status) {
        await client.updateStatus(resources.replicasets, { ...replicaSet, status })
      },
    }
  },
}
