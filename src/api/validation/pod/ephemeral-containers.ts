/** Containers added to a pod that runs. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateEphemeralContainers). */
import type { EphemeralContainer, PodSpec } from '../../generated/types.ts'
import { duplicate, type FieldError, forbidden, notFoundValue } from '../field-error.ts'
import { type ContainerContext, validateContainer } from './containers.ts'
import { validatePodImage } from './images.ts'

const CANNOT = 'cannot be set for an Ephemeral Container'
/** The pod does not rely on them, so they have no part in what it offers and is granted. */
const REFUSED = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

export function validateEphemeralContainers(context: ContainerContext, path: string): FieldError[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = context.spec as Partial<PodSpec>
  const others = new Set([...containers, ...initContainers].map(({ name }) => name))
  const names = new Set(others)
  return ephemeralContainers.flatMap((container, index) => {
    const at = `${path}[${index}]`
    const { name = '', targetContainerName: target = '', volumeMounts = [] } = container as Partial<EphemeralContainer>
    const errors = [...validateContainer(container, context, at), ...validatePodImage(container.image, at)]
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    if (target !== '' && !others.has(target)) errors.push(notFoundValue(`${at}.targetContainerName`, target))
    for (const field of REFUSED) if (isSet(field, container[field])) errors.push(forbidden(`${at}.${field}`, CANNOT))
    volumeMounts.forEach((mount, position) => {
      for (const field of ['subPath', 'subPathExpr'] as const)
        if (mount[field]) errors.push(forbidden(`${at}.volumeMounts[${position}].${field}`, CANNOT))
    })
    return errors
  })
}

/** Of resources there is always something, if nothing is in it. */
const isSet = (field: string, value: unknown): boolean =>
  value !== undefined && !(field === 'resources' && Object.keys(value as object).length === 0)
