/** Frees what ended containers hold of the disk: their writable layers. Source: Kubernetes v1.34, pkg/kubelet/container
 *  (DeleteAllUnusedContainers), which eviction asks for before it sends a pod away. */
import type { k8s } from '../../api/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { isOver } from './resize-container.ts'

/** Those of pods that are over: the API has what there was to tell of them. Logs go with the pods. */
export async function removeEnded(
  runtime: Pick<ContainerRuntime, 'listContainers' | 'removeContainer'>,
  pods: readonly k8s.Pod[],
): Promise<void> {
  const over = new Set(pods.filter(isOver).map(({ metadata }) => metadata.uid))
  for (const { id, state, labels } of await runtime.listContainers())
    if (state === 'exited' && over.has(labels[POD_UID_LABEL])) await runtime.removeContainer(id)
}
