/** Containers of pods and pod templates. Source: kubernetes v1.34, pkg/apis/core/validation (validateContainers,
 *  validateInitContainers, validateContainerCommon). */
import { dnsLabelProblems } from '../../formats/index.ts'
import type { Container, ContainerResizePolicy, PodSpec } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notSupported,
  required,
} from '../field-error.ts'
import { validateEnv, validateEnvFrom } from './env.ts'
import { validateLifecycle, validateProbes } from './probes.ts'
import { type VolumesByName, validateDevices, validateMounts } from './mounts.ts'
import { hostPortConflicts, validatePorts } from './ports.ts'
import { validateResources } from './resources.ts'
import { validateSecurityContext } from './security-context.ts'

export { PROTOCOLS } from './ports.ts'

/** What containers are checked against. */
export interface ContainerContext {
  spec: PodSpec
  volumes: VolumesByName
  /** The names of the pod's claims on devices. */
  claims: ReadonlySet<string>
  allowsBrokenPages: boolean | undefined
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const RESIZED = ['cpu', 'memory']
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer']

export function validateContainers(context: ContainerContext, path: string): FieldError[] {
  const { spec } = context
  const containers = spec.containers ?? []
  if (containers.length === 0) return [required(path)]
  const names = new Set<string>()
  const errors = containers.flatMap((container, index) => {
    const at = `${path}[${index}]`
    return [
      ...validateContainer(container, context, at),
      ...checkUnique(container.name ?? '', names, at),
      ...validateLifecycle(container.lifecycle, spec, `${at}.lifecycle`),
      ...validateProbes(container, spec.terminationGracePeriodSeconds, at),
      ...(container.restartPolicy === undefined
        ? []
        : [forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers')]),
    ]
  })
  return [...errors, ...hostPortConflicts(containers, path)]
}

export function validateInitContainers(context: ContainerContext, path: string): FieldError[] {
  const { spec } = context
  const names = new Set((spec.containers ?? []).map(({ name }) => name))
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${path}[${index}]`
    const errors = validateContainer(container, context, at)
    if (container.restartPolicy !== undefined && container.restartPolicy !== 'Always')
      errors.push(notSupported(`${at}.restartPolicy`, container.restartPolicy, ['Always']))
    if (container.name) errors.push(...checkUnique(container.name, names, at))
    // They run one by one. Kubernetes counts each as the first.
    errors.push(...hostPortConflicts([container], path))
    if (container.restartPolicy === 'Always')
      return [
        ...errors,
        ...validateLifecycle(container.lifecycle, spec, `${at}.lifecycle`),
        ...validateProbes(container, spec.terminationGracePeriodSeconds, at),
      ]
    const refused = (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      .filter((field) => container[field] !== undefined)
      .map((field) => forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'))
    return [...errors, ...refused]
  })
}

function checkUnique(name: string, names: Set<string>, at: string): FieldError[] {
  if (names.has(name)) return [duplicate(`${at}.name`, name)]
  names.add(name)
  return []
}

/** What all kinds of containers have in common. */
export function validateContainer(container: Container, context: ContainerContext, at: string): FieldError[] {
  const { name, image, imagePullPolicy: pull, terminationMessagePolicy: message }: Partial<Container> = container
  const { spec, volumes, claims, allowsBrokenPages } = context
  const errors: FieldError[] = []
  if (!name) errors.push(required(`${at}.name`))
  else errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
  if (!image) errors.push(required(`${at}.image`))
  if (!MESSAGE_POLICIES.includes(message ?? ''))
    errors.push(notSupported(`${at}.terminationMessagePolicy`, message, MESSAGE_POLICIES))
  errors.push(
    ...validatePorts(container.ports ?? [], `${at}.ports`),
    ...validateEnv(container.env ?? [], `${at}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${at}.envFrom`),
    ...validateMounts(container, volumes, `${at}.volumeMounts`),
    ...validateDevices(container, volumes, `${at}.volumeDevices`),
  )
  if (!PULL_POLICIES.includes(pull ?? '')) errors.push(notSupported(`${at}.imagePullPolicy`, pull, PULL_POLICIES))
  return [
    ...errors,
    ...validateResources(container.resources, `${at}.resources`, { claims, allowsBrokenPages }),
    ...validateResizePolicies(container.resizePolicy ?? [], spec.restartPolicy, `${at}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, `${at}.securityContext`, spec.hostUsers !== false),
  ]
}

function validateResizePolicies(policies: readonly ContainerResizePolicy[], restart: string | undefined, at: string) {
  const names = new Set<string>()
  return policies.flatMap(({ resourceName = '', restartPolicy = '' }: Partial<ContainerResizePolicy>, index) => {
    const errors = names.has(resourceName) ? [duplicate(`${at}[${index}]`, resourceName)] : []
    names.add(resourceName)
    if (resourceName === '') errors.push(required(at))
    else if (!RESIZED.includes(resourceName)) errors.push(notSupported(at, resourceName, RESIZED))
    if (restartPolicy === '') errors.push(required(at))
    else if (!RESIZE_POLICIES.includes(restartPolicy)) errors.push(notSupported(at, restartPolicy, RESIZE_POLICIES))
    if (restart === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalidValue(at, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    return errors
  })
}
