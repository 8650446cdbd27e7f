/** Keeps the pods of ReplicationControllers in number: the replica set controller, over another kind. */
import { type k8s, keyOf, resources } from '../../api/index.ts'
import { source } from '../../client/index.ts'
import type { ControllerContext } from '../context.ts'
import { type ReplicaOwnerKind, runReplicaOwnerController } from '../replicaset/index.ts'
import { asReplicaSet, statusOfController } from './as-replica-set.ts'

const replicationControllerKind: ReplicaOwnerKind = {
  name: 'replication-controller',
  component: 'replication-controller',
  resource: resources.replicationcontrollers,
  async open({ client, informers }) {
    const controllers = await informers.of(resources.replicationcontrollers)
    const seen = new WeakMap<k8s.ReplicationController, k8s.ReplicaSet>()
    const view = (controller: k8s.ReplicationController): k8s.ReplicaSet => {
      const known = seen.get(controller) ?? asReplicaSet(controller)
      seen.set(controller, known)
      return known
    }
    return {
      get(ref) {
        const controller = controllers.get(ref)
        return controller && view(controller)
      },
      list: (namespace) => controllers.list(namespace).map(view),
      changes: source(controllers, (controller) => [keyOf(controller)]),
      async updateStatus(owner, status) {
        const controller = controllers.get({ namespace: owner.metadata.namespace ?? '', name: owner.metadata.name })
        if (controller === undefined) return
        // The version that was looked at, and the spec as it is in the API.
        const written = { ...controller, metadata: owner.metadata, status: statusOfController(status) }
        await client.updateStatus(resources.replicationcontrollers, written)
      },
    }
  },
}

export const runReplicationControllerController = (context: ControllerContext): Promise<void> =>
  runReplicaOwnerController(context, replicationControllerKind)
