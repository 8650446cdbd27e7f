/** Containers that are over stay so, but for those that are started again.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (ValidateContainerStateTransition and its like). */
import type { ContainerStatus, PodSpec, PodStatus } from '../../generated/types.ts'
import { type FieldError, forbidden } from '../field-error.ts'

type Statuses = readonly ContainerStatus[]

export function validateTransitions(status: PodStatus, old: PodStatus, spec: PodSpec): FieldError[] {
  const restarts = ({ state }: ContainerStatus) =>
    spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && state?.terminated?.exitCode !== 0)
  const sidecars = new Set(
    (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  )
  return [
    ...revived(status.containerStatuses, old.containerStatuses, 'containerStatuses', restarts),
    ...revived(
      status.initContainerStatuses,
      old.initContainerStatuses,
      'initContainerStatuses',
      (one) => restarts(one) || sidecars.has(one.name),
    ),
    ...revived(
      status.ephemeralContainerStatuses,
      old.ephemeralContainerStatuses,
      'ephemeralContainerStatuses',
      () => false,
    ),
  ]
}

function revived(
  statuses: Statuses = [],
  old: Statuses = [],
  field: string,
  mayRestart: (status: ContainerStatus) => boolean,
): FieldError[] {
  return old.flatMap((before, index) => {
    if (before.state?.terminated === undefined || mayRestart(before)) return []
    return statuses
      .filter(({ name, state }) => name === before.name && state?.terminated === undefined)
      .map(() => forbidden(`status.${field}[${index}].state`, 'may not be transitioned to non-terminated state'))
  })
}
