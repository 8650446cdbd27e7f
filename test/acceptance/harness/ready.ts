/** Whether a pod or a node says that it is ready. */
import type { k8s } from '../../../src/api/index.ts'

export const readyOf = ({ status }: k8s.Pod | k8s.Node): k8s.PodCondition | k8s.NodeCondition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')

export const isReady = (object: k8s.Pod | k8s.Node): boolean => readyOf(object)?.status === 'True'
