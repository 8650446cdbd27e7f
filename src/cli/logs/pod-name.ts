/** What a pod and its containers are called in the stream of an app's output. Pure. */
import { type k8s, PROCESS_LABEL, WEB_PROCESS } from '../../api/index.ts'

export const processOf = ({ metadata }: k8s.Pod): string => metadata.labels?.[PROCESS_LABEL] ?? WEB_PROCESS

/** `web.x2x4k`: the process and the pod's own part of its name. */
export const shortName = (process: string, pod: string): string => `${process}.${pod.slice(pod.lastIndexOf('-') + 1)}`

/** All whose output is the app's, the one that the process is in first. */
export function containersOf({ spec }: k8s.Pod): string[] {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map(({ name }) => name)
}

/** Prints no more: it has ended and is not started again. */
export function isOver({ spec, status }: k8s.Pod, container: string): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true
  const isFirst = spec?.initContainers?.some(
    ({ name, restartPolicy }) => name === container && restartPolicy === undefined,
  )
  const state = status?.initContainerStatuses?.find(({ name }) => name === container)?.state
  return isFirst === true && state?.terminated?.exitCode === 0
}
