/** A ReplicationController seen as the ReplicaSet it is but for its selector, and its status back. Pure.
 *  Source: k8s.io/kubernetes v1.34, pkg/controller/replication/conversion.go. */
import type { k8s } from '../../api/index.ts'

/** Keeps apiVersion and kind: events are about the ReplicationController. */
export function asReplicaSet(controller: k8s.ReplicationController): k8s.ReplicaSet {
  const { selector, ...spec } = controller.spec
  return { ...controller, spec: { ...spec, selector: { matchLabels: selector ?? {} } } }
}

/** Without what a ReplicationController does not count. */
export function statusOfController(status: k8s.ReplicaSetStatus): k8s.ReplicationControllerStatus {
  const { terminatingReplicas: _, ...counted } = status
  return counted
}
