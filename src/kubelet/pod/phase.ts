/** A pod's phase, from its containers' statuses. Pure. Source: Kubernetes v1.34, pkg/kubelet/kubelet_pods.go (getPhase,
 *  generateAPIPodStatus). */
import type { k8s } from '../../api/index.ts'
import { isSidecar } from './containers.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

export interface PhaseInput {
  pod: k8s.Pod
  init: readonly k8s.ContainerStatus[]
  app: readonly k8s.ContainerStatus[]
  /** The pod is to end, and nothing of it runs. */
  terminal: boolean
  /** A container of the app was started in the sandbox in use. */
  begun: boolean
}

const failed = ({ state, lastState }: k8s.ContainerStatus) =>
  ((state?.terminated ?? (state?.waiting && lastState?.terminated))?.exitCode ?? 0) !== 0
const pending = ({ state, lastState }: k8s.ContainerStatus) =>
  state?.terminated === undefined && (state?.running !== undefined || lastState?.terminated === undefined)

export function phaseOf({ pod, init, app, terminal, begun }: PhaseInput): Phase {
  const policy = pod.spec.restartPolicy ?? 'Always'
  const sidecar = (_: unknown, index: number) => isSidecar(pod.spec.initContainers?.[index] ?? {})
  const regular = init.filter((one, index) => !sidecar(one, index))
  const sidecars = init.filter(sidecar)
  if (policy === 'Never' && regular.some(failed)) return 'Failed'
  const neverRan = ({ state, lastState }: k8s.ContainerStatus) =>
    state?.waiting !== undefined && lastState?.terminated === undefined
  const sidecarsPending = sidecars.some(
    (status) => neverRan(status) || (status.state?.running !== undefined && !status.started),
  )
  if (regular.some(pending) || (sidecarsPending && !begun)) return 'Pending'
  if ([...sidecars, ...app].some(neverRan)) return 'Pending'
  if ([...sidecars, ...app].some(({ state }) => state?.running !== undefined)) return 'Running'
  if (app.length === 0) return 'Pending'
  const allWell = app.every(({ state }) => state?.terminated?.exitCode === 0)
  if (terminal) return allWell ? 'Succeeded' : 'Failed'
  if (policy === 'Always') return 'Running'
  if (allWell) return 'Succeeded'
  return policy === 'Never' ? 'Failed' : 'Running'
}
