/** What statuses of containers say of users and of devices. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateContainerStatusUsers, validateContainerStatusAllocatedResourcesStatus). */
import type {
  Container,
  ContainerStatus,
  PodSpec,
  PodStatus,
  ResourceHealth,
  ResourceStatus,
} from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, invalidValue, notSupported } from '../field-error.ts'
import { validateId } from './security-context.ts'

const FIELDS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const
const HEALTH = ['Healthy', 'Unhealthy', 'Unknown']

export function validateUsers(status: PodStatus, system = 'linux'): FieldError[] {
  return FIELDS.flatMap((field) =>
    (status[field] ?? []).flatMap(({ user }, index) => {
      const at = `status.${field}[${index}].user.linux`
      const linux = user?.linux
      if (linux === undefined) return []
      if (system === 'windows') return [forbidden(at, 'cannot be set for a windows pod')]
      if (system !== 'linux') return []
      return [
        ...validateId(linux.uid, `${at}.uid`),
        ...validateId(linux.gid, `${at}.gid`),
        ...(linux.supplementalGroups ?? []).flatMap((group, position) =>
          validateId(group, `${at}.supplementalGroups[${position}]`),
        ),
      ]
    }),
  )
}

export function validateAllocatedResources(status: PodStatus, spec: PodSpec): FieldError[] {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses = [] } = status
  return [
    ...validateAllocated(containerStatuses ?? [], spec.containers, 'status.containerStatuses'),
    ...validateAllocated(initContainerStatuses ?? [], spec.initContainers ?? [], 'status.initContainerStatuses'),
    ...ephemeralContainerStatuses.flatMap(({ allocatedResourcesStatus = [] }, index) =>
      allocatedResourcesStatus.length === 0
        ? []
        : [
            forbidden(
              `status.ephemeralContainerStatuses[${index}].allocatedResourcesStatus`,
              'must not be specified in container status',
            ),
          ],
    ),
  ]
}

function validateAllocated(statuses: readonly ContainerStatus[], containers: readonly Container[], path: string) {
  return statuses.flatMap(({ name, allocatedResourcesStatus = [] }, index) => {
    const container = containers.find((one) => one.name === name)
    return allocatedResourcesStatus.flatMap((resource, position) => {
      const at = `${path}[${index}].allocatedResourcesStatus[${position}]`
      const errors = container === undefined ? [] : validateAsked(resource, container, `${at}.name`)
      return [...errors, ...validateHealth(resource.resources ?? [], `${at}.resources`)]
    })
  })
}

function validateAsked({ name }: ResourceStatus, { resources }: Container, at: string): FieldError[] {
  if (!name.startsWith('claim:')) {
    const isAsked = resources?.requests?.[name] !== undefined
    return isAsked ? [] : [invalidValue(at, name, "must match one of the container's resource requests")]
  }
  const claims = (resources?.claims ?? []).map(
    (claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`,
  )
  const format = "'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
  const why = `must match one of the container's resource claims in a format ${format}`
  return claims.includes(name) ? [] : [invalidValue(at, name, why)]
}

function validateHealth(resources: readonly ResourceHealth[], path: string): FieldError[] {
  const ids = new Set<string>()
  return resources.flatMap(({ health = '', resourceID: id }, index) => {
    const errors = HEALTH.includes(health) ? [] : [notSupported(`${path}[${index}].health`, health, HEALTH)]
    if (ids.has(id)) errors.push(duplicate(`${path}[${index}].resourceID`, id))
    ids.add(id)
    return errors
  })
}
