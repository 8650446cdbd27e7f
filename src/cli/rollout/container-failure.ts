/** Whether a container of a new pod has failed for good, or may still heal. Pure. */
import type { k8s } from '../../api/index.ts'
import type { RolloutFailure } from './failure.ts'

/** One crash may be bad luck (a dependency that was not up yet); the second is reported. */
const CRASHES = 2
/** Kubelets try again; so long a pull may fail before it is reported. */
const PULL_GRACE_MS = 10_000

/** Waiting reasons of the kubelet that another try does not mend. Source: k8s.io/kubernetes v1.34 pkg/kubelet. */
const START_ERRORS = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'InvalidImageName',
  'ErrImageNeverPull',
  'PostStartHookError',
])
const PULL_ERRORS = new Set(['ErrImagePull', 'ImagePullBackOff', 'ImageInspectError', 'RegistryUnavailable'])

export function containerFailure(input: {
  pod: k8s.Pod
  status: k8s.ContainerStatus
  nowMs: number
}): RolloutFailure | undefined {
  const { pod, status, nowMs } = input
  const waiting = status.state?.waiting
  const message = waiting?.message ?? ''
  if (waiting?.reason !== undefined && START_ERRORS.has(waiting.reason))
    return { code: 'startError', reason: waiting.reason, message }
  if (waiting?.reason !== undefined && PULL_ERRORS.has(waiting.reason)) {
    const since = Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '')
    if (nowMs - since < PULL_GRACE_MS) return undefined
    return { code: 'imagePull', image: status.image, message }
  }
  return crash(pod, status)
}

function crash(pod: k8s.Pod, status: k8s.ContainerStatus): RolloutFailure | undefined {
  const { state, lastState, restartCount } = status
  const ended = state?.terminated ?? lastState?.terminated
  // Each restart followed an end; a container that is not running has ended once more than it was restarted.
  const crashes = restartCount + (state?.running === undefined && ended !== undefined ? 1 : 0)
  if (ended === undefined || crashes < CRASHES) return undefined
  const where = {
    pod: pod.metadata.name,
    container: status.name,
    containerId: status.containerID?.replace(/^.*:\/\//, ''),
    previous: state?.running !== undefined,
  }
  if (ended.reason === 'OOMKilled') {
    const spec = pod.spec?.containers.find(({ name }) => name === status.name)
    const limit = spec?.resources?.limits?.memory
    return { code: 'outOfMemory', limit: limit === undefined ? undefined : String(limit), crashes, where }
  }
  const signal = ended.signal || (ended.exitCode > 128 && ended.exitCode < 160 ? ended.exitCode - 128 : undefined)
  return { code: 'crashed', exitCode: ended.exitCode, signal, crashes, where }
}
