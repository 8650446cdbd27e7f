/** Resources given to a pod as a whole, and those of its containers, which share them.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validatePodResources, validatePodResourceConsistency). */
import type { PodSpec } from '../../generated/types.ts'
import { compareQuantities, formatQuantity, parseQuantity, type ResourceList } from '../../quantity/index.ts'
import { containerLimits, containerRequests } from '../../quota/index.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import { isHugePages } from './huge-pages.ts'
import { validateResources } from './resources.ts'

export function validatePodResources(
  spec: PodSpec,
  claims: ReadonlySet<string>,
  path: string,
  allowsBrokenPages: boolean | undefined,
): FieldError[] {
  const { resources, os } = spec
  if (resources === undefined) return []
  const at = `${path}.resources`
  if (os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')]
  const errors: FieldError[] = []
  if (resources.claims !== undefined)
    errors.push(forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level'))
  return [
    ...errors,
    ...validateResources(resources, at, { claims, allowsBrokenPages, ofPod: true }),
    ...tooSmall(resources.requests, containerRequests(spec), (name) => `${at}.requests[${name}]`, 'requests'),
    ...tooSmall(
      resources.limits,
      Object.fromEntries(Object.entries(containerLimits(spec)).filter(([name]) => isHugePages(name))),
      (name) => `${at}.limits[${name}]`,
      'limits',
    ),
    ...tooLarge(spec, at),
  ]
}

function tooSmall(
  ofPod: ResourceList | undefined,
  ofContainers: ResourceList,
  pathOf: (name: string) => string,
  what: string,
): FieldError[] {
  return Object.entries(ofContainers).flatMap(([name, amount]) => {
    const own = ofPod?.[name]
    if (own === undefined || compareQuantities(amount, own) <= 0) return []
    const why = `must be greater than or equal to aggregate container ${what} of ${printed(amount)}`
    return [invalidValue(pathOf(name), printed(own), why)]
  })
}

function tooLarge({ containers = [], resources }: Partial<PodSpec>, at: string): FieldError[] {
  return containers.flatMap((container, index) =>
    Object.entries(container.resources?.limits ?? {}).flatMap(([name, limit]) => {
      const own = resources?.limits?.[name]
      if (own === undefined || compareQuantities(limit, own) <= 0) return []
      const why = `must be less than or equal to pod limits of ${printed(own)}`
      return [invalidValue(`${at}.containers[${index}][${name}].limits`, printed(limit), why)]
    }),
  )
}

const printed = (amount: string | number) => formatQuantity(parseQuantity(amount))
