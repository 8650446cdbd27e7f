/** Labels, annotations and paths by which the kubelet recognises its own. Label names: Kubernetes v1.34,
 *  pkg/kubelet/types/labels.go, pkg/kubelet/kuberuntime/labels.go. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import type { PodIdentity } from '../runtime/runtime.ts'

export const CONTAINER_HASH = 'io.kubernetes.container.hash'
export const POD_NAME_LABEL = 'io.kubernetes.pod.name'
export const POD_NAMESPACE_LABEL = 'io.kubernetes.pod.namespace'
export const CONTAINER_NAME_LABEL = 'io.kubernetes.container.name'

export const podIdentity = (pod: k8s.Pod): PodIdentity => ({
  name: pod.metadata.name,
  namespace: pod.metadata.namespace ?? 'default',
  uid: pod.metadata.uid ?? '',
})

/** Changes when the container has to be replaced: by its name and image alone, as in Kubernetes since v1.31. */
export const containerHash = (container: k8s.Container): string =>
  createHash('sha256')
    .update(JSON.stringify([container.name, container.image ?? '']))
    .digest('hex')
    .slice(0, 16)

export const containerIndex = <T extends { name: string }>(containers: readonly T[], name: string): T[] =>
  containers.filter((container) => container.name === name)

/** The control group that those of the pod's containers are in. `root`: the runtime's `cgroupRoot`. */
export const podCgroup = (root: string, uid: string): string => `${root}/pod${uid}`

/** `<logs>/<namespace>_<pod>_<uid>`; below it `<container>/<attempt>.log`. */
export const podLogDirectory = (logsDir: string, pod: PodIdentity): string =>
  join(logsDir, `${pod.namespace}_${pod.name}_${pod.uid}`)

export const containerLogPath = (name: string, attempt: number): string => join(name, `${attempt}.log`)
