/** Gives a running container what its spec asks for by now, and knows what it was given before. */
import type { k8s } from '../../api/index.ts'
import { podContainerStatuses } from './containers.ts'
import type { PodContext } from './context.ts'
import type { PodAction } from './decide.ts'
import { pendingResize } from './resize.ts'
import { containerResources } from './resources.ts'

export const isOver = ({ status }: k8s.Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** The other pods of this node that were taken and go on. */
export const takenBefore = ({ pods }: PodContext, { metadata: { uid } }: k8s.Pod): k8s.Pod[] =>
  pods().filter((other) => other.metadata.uid !== uid && other.status?.startTime !== undefined && !isOver(other))

/** What a running container was last given: since this kubelet started, or by what the API says. */
export const actuatedOf =
  ({ actuated, idPrefix }: PodContext, pod: k8s.Pod) =>
  (id: string): k8s.ResourceRequirements | undefined =>
    actuated.get(id) ??
    podContainerStatuses(pod).find(({ containerID }) => containerID === `${idPrefix}${id}`)?.resources

/** Nothing happens where the node has not enough for it. */
export async function resizeContainer(
  context: PodContext,
  pod: k8s.Pod,
  { id, container }: Extract<PodAction, { type: 'resizeContainer' }>,
): Promise<void> {
  const { runtime, node, actuated } = context
  if (pendingResize(pod, context.admission, takenBefore(context, pod)) !== undefined) return
  await runtime.updateResources(id, containerResources(pod, container, node.memoryBytes))
  actuated.set(id, container.resources ?? {})
}
