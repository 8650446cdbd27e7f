export { createPod, deletePod, isNamespaceTerminating, type PodControl } from './control.ts'
export { PendingPods } from './pending-pods.ts'
export { podFromTemplate } from './pod-from-template.ts'
export { slowStart } from './slow-start.ts'
