/** Containers of pods and pod templates. Source: kubernetes v1.34, pkg/apis/core/validation (validateContainers,
 *  validateInitContainers, validateContainerCommon). */
import { dnsLabelProblems, portNameProblems, portNumberProblems } from '../../formats/index.ts'
import type { Container, ContainerPort, PodSpec, VolumeDevice, VolumeMount } from '../../generated/types.ts'
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidFormat,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../field-error.ts'
import { validateEnv, validateEnvFrom } from './env.ts'
import { validateLifecycle, validateProbes } from './probes.ts'
import { validateResources } from './resources.ts'

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

/** All containers of a pod, in the order in which Kubernetes reports them. `volumes` are the names that exist. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, path: string): FieldError[] {
  const grace = spec.terminationGracePeriodSeconds
  const errors: FieldError[] = []
  const names = new Set<string>()
  const containers = spec.containers ?? []
  if (containers.length === 0) errors.push(required(`${path}.containers`))
  containers.forEach((container, index) => {
    const at = `${path}.containers[${index}]`
    errors.push(...validateContainer(container, volumes, at), ...checkUnique(container.name, names, at))
    errors.push(
      ...validateLifecycle(container.lifecycle, grace, `${at}.lifecycle`),
      ...validateProbes(container, grace, at),
    )
  })
  errors.push(...hostPortConflicts(containers, `${path}.containers`))
  ;(spec.initContainers ?? []).forEach((container, index) => {
    const at = `${path}.initContainers[${index}]`
    errors.push(...validateContainer(container, volumes, at), ...validateInitContainer(container, grace, at))
    errors.push(...checkUnique(container.name, names, at))
  })
  return errors
}

function checkUnique(name: string | undefined, names: Set<string>, at: string): FieldError[] {
  if (!name) return []
  if (names.has(name)) return [duplicate(`${at}.name`, name)]
  names.add(name)
  return []
}

function validateInitContainer(container: Container, grace: number | undefined, at: string): FieldError[] {
  if (container.restartPolicy === 'Always')
    return [
      ...validateLifecycle(container.lifecycle, grace, `${at}.lifecycle`),
      ...validateProbes(container, grace, at),
    ]
  const errors = (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((field) => container[field] !== undefined)
    .map((field) => forbidden(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always'))
  if (container.restartPolicy) errors.push(notSupported(`${at}.restartPolicy`, container.restartPolicy, ['Always']))
  return errors
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, at: string): FieldError[] {
  const { name, image, imagePullPolicy: pull, terminationMessagePolicy: message } = container
  const errors: FieldError[] = []
  if (!name) errors.push(required(`${at}.name`))
  else errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
  if (!image) errors.push(required(`${at}.image`))
  if (message !== 'File' && message !== 'FallbackToLogsOnError')
    errors.push(notSupported(`${at}.terminationMessagePolicy`, message, ['File', 'FallbackToLogsOnError']))
  errors.push(...validatePorts(container.ports ?? [], `${at}.ports`))
  errors.push(
    ...validateEnv(container.env ?? [], `${at}.env`),
    ...validateEnvFrom(container.envFrom ?? [], `${at}.envFrom`),
  )
  errors.push(...validateMounts(container.volumeMounts ?? [], container.volumeDevices ?? [], volumes, at))
  if (pull !== 'Always' && pull !== 'IfNotPresent' && pull !== 'Never')
    errors.push(notSupported(`${at}.imagePullPolicy`, pull, ['Always', 'IfNotPresent', 'Never']))
  return [...errors, ...validateResources(container.resources, `${at}.resources`)]
}

function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, containerPort, hostPort, protocol = '' }, index) => {
    const at = `${path}[${index}]`
    const errors: FieldError[] = []
    if (name) {
      const problems = portNameProblems(name)
      errors.push(...invalidFormat(`${at}.name`, name, problems))
      if (problems.length === 0) errors.push(...checkUnique(name, names, at))
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`))
    else errors.push(...invalidFormat(`${at}.containerPort`, containerPort, portNumberProblems(containerPort)))
    if (hostPort) errors.push(...invalidFormat(`${at}.hostPort`, hostPort, portNumberProblems(hostPort)))
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    return errors
  })
}

function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>()
  const errors: FieldError[] = []
  containers.forEach((container, index) =>
    (container.ports ?? []).forEach(({ hostPort, hostIP = '', protocol }, portIndex) => {
      if (!hostPort) return
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) errors.push(duplicate(`${path}[${index}].ports[${portIndex}].hostPort`, key))
      taken.add(key)
    }),
  )
  return errors
}

function validateMounts(
  mounts: readonly VolumeMount[],
  devices: readonly VolumeDevice[],
  volumes: ReadonlySet<string>,
  container: string,
): FieldError[] {
  const paths = new Set<string>()
  const errors = mounts.flatMap((mount, index) => {
    const at = `${container}.volumeMounts[${index}]`
    const own: FieldError[] = []
    if (!mount.name) own.push(required(`${at}.name`))
    if (!volumes.has(mount.name)) own.push(notFoundValue(`${at}.name`, mount.name))
    if (!mount.mountPath) own.push(required(`${at}.mountPath`))
    if (paths.has(mount.mountPath)) own.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'))
    paths.add(mount.mountPath)
    for (const field of ['subPath', 'subPathExpr'] as const)
      own.push(...validateSubPath(mount[field], `${at}.${field}`))
    if (mount.subPath && mount.subPathExpr)
      own.push(invalidValue(`${at}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    return own
  })
  devices.forEach((device, index) => {
    const at = `${container}.volumeDevices[${index}]`
    if (!device.name) errors.push(required(`${at}.name`))
    else if (!volumes.has(device.name)) errors.push(notFoundValue(`${at}.name`, device.name))
    if (!device.devicePath) errors.push(required(`${at}.devicePath`))
  })
  return errors
}

function validateSubPath(subPath: string | undefined, path: string): FieldError[] {
  if (!subPath) return []
  if (subPath.startsWith('/')) return [invalidValue(path, subPath, 'must be a relative path')]
  return subPath.split('/').includes('..') ? [invalidValue(path, subPath, "must not contain '..'")] : []
}
