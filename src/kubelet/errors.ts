/** The kubelet's own failures. They become `reason` and `message` of a waiting container or an event, never an answer
 *  of the API. Reasons are the kubelet's own words (k8s.io/kubernetes v1.34, pkg/kubelet/container/sync_result.go,
 *  pkg/kubelet/images/types.go). */

export type KubeletErrorReason =
  /** The image cannot be pulled. */
  | 'ErrImagePull'
  /** Not pulled again yet: it failed lately. */
  | 'ImagePullBackOff'
  /** imagePullPolicy is Never and the image is not here. */
  | 'ErrImageNeverPull'
  /** The image's name does not parse. */
  | 'InvalidImageName'
  /** The container's environment, mounts or user cannot be made from its spec. */
  | 'CreateContainerConfigError'
  /** The runtime refused to create it. */
  | 'CreateContainerError'
  /** The runtime created it and could not start it. */
  | 'RunContainerError'
  /** The postStart hook failed. */
  | 'PostStartHookError'
  /** The sandbox, network included, did not start. */
  | 'FailedCreatePodSandBox'
  /** A volume could not be made ready. */
  | 'FailedMount'

export class KubeletError extends Error {
  override name = 'KubeletError'
  readonly reason: KubeletErrorReason

  constructor(reason: KubeletErrorReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** What a container runtime says no with. `Unavailable`: the runtime cannot be reached, try again later. */
export type RuntimeErrorReason = 'Unavailable' | 'NotFound' | 'Timeout' | 'Unauthorized' | 'Failed'

export class RuntimeError extends Error {
  override name = 'RuntimeError'
  readonly reason: RuntimeErrorReason

  constructor(reason: RuntimeErrorReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

export function isRuntimeError(error: unknown, reason?: RuntimeErrorReason): error is RuntimeError {
  return error instanceof RuntimeError && (reason === undefined || error.reason === reason)
}
