/** Annotations by which those who bind, provision and schedule volumes tell each other how far they are.
 *  Source: k8s.io/component-helpers v0.34, storage/volume/pv_helpers.go. */

/** Of a claim: its volume is settled; what is missing later is lost. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
/** Of a claim or a volume: the other one was chosen by the controller, not by the user. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
/** Of a volume: who made it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by'
/** Of a volume: the driver that sees to it instead of what Kubernetes has built in. */
export const MIGRATED_TO = 'pv.kubernetes.io/migrated-to'
/** Of a claim: who is to make a volume for it. */
export const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
export const BETA_STORAGE_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'
/** Of a claim whose class waits for the first consumer: the node where that one is going to run. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
/** Of a claim or a volume: its class, before there was a field. */
export const BETA_STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class'
/** Of a volume: whoever made it holds it until its storage is gone. */
export const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer'
