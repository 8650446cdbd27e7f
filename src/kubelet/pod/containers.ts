/** A pod's containers of every kind, in one list. Pure. */
import type { k8s } from '../../api/index.ts'

export type ContainerKind = 'init' | 'app' | 'ephemeral'

export interface PodContainer {
  container: k8s.Container
  kind: ContainerKind
  /** Of an ephemeral container: whose processes it sees. */
  target?: string
}

/** Those of init, then the app's, then ephemeral ones; each in the order of the spec. */
export function podContainers({ spec }: k8s.Pod): PodContainer[] {
  const of = (kind: ContainerKind, containers: readonly k8s.Container[] = []): PodContainer[] =>
    containers.map((container) => ({ kind, container }))
  const ephemeral = (spec.ephemeralContainers ?? []).map(
    ({ targetContainerName, ...container }): PodContainer => ({
      kind: 'ephemeral',
      container,
      ...(targetContainerName && { target: targetContainerName }),
    }),
  )
  return [...of('init', spec.initContainers), ...of('app', spec.containers), ...ephemeral]
}

export const findContainer = (pod: k8s.Pod, name: string): PodContainer | undefined =>
  podContainers(pod).find(({ container }) => container.name === name)

/** An init container that goes on beside those of the app. */
export const isSidecar = ({ restartPolicy }: Pick<k8s.Container, 'restartPolicy'>): boolean =>
  restartPolicy === 'Always'

/** A pod's statuses of every kind. */
export const podContainerStatuses = ({ status }: k8s.Pod): k8s.ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
]

/** The part of `spec.…{name}` that events name a container by. */
export const FIELD_OF_KIND: Readonly<Record<ContainerKind, string>> = {
  init: 'initContainers',
  app: 'containers',
  ephemeral: 'ephemeralContainers',
}
