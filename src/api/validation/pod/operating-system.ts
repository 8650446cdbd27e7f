/** What a pod may not set because its operating system does not know of it.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (validateOS, validateLinux, validateWindows). */
import type { PodOS, PodSpec } from '../../generated/types.ts'
import { type FieldError, forbidden, notSupported, required } from '../field-error.ts'
import { everyContainer } from './every-container.ts'

const SYSTEMS = ['linux', 'windows']
const OF_POD = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const
/** In the order in which Kubernetes reports them, those of the pod itself among them. */
const IN_POD_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const
const IN_CONTAINER_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const

export function validateOperatingSystem(spec: PodSpec, path: string): FieldError[] {
  if (spec.os === undefined) return []
  const { name = '' } = spec.os as Partial<PodOS>
  if (name === '') return [required(`${path}.os.name`)]
  if (name === 'linux') return validateLinux(spec, path)
  return name === 'windows' ? validateWindows(spec, path) : [notSupported(`${path}.os`, name, SYSTEMS)]
}

function validateLinux(spec: PodSpec, path: string): FieldError[] {
  const refuse = (at: string) => forbidden(`${at}.windowsOptions`, 'windows options cannot be set for a linux pod')
  const errors = spec.securityContext?.windowsOptions === undefined ? [] : [refuse(`${path}.securityContext`)]
  for (const { container, path: at } of everyContainer(spec, path))
    if (container.securityContext?.windowsOptions !== undefined) errors.push(refuse(`${at}.securityContext`))
  return errors
}

function validateWindows(spec: PodSpec, path: string): FieldError[] {
  const refuse = (at: string) => forbidden(at, 'cannot be set for a windows pod')
  const errors: FieldError[] = []
  for (const field of IN_POD_CONTEXT) {
    const isPods = isOfPod(field)
    const value: unknown = isPods ? spec[field] : spec.securityContext?.[field]
    const isSet = field === 'hostPID' || field === 'hostIPC' ? value === true : value !== undefined
    if (isSet && !(field === 'sysctls' && (value as unknown[]).length === 0))
      errors.push(refuse(isPods ? `${path}.${field}` : `${path}.securityContext.${field}`))
  }
  for (const { container, path: at } of everyContainer(spec, path))
    for (const field of IN_CONTAINER_CONTEXT)
      if (container.securityContext?.[field] !== undefined) errors.push(refuse(`${at}.securityContext.${field}`))
  return errors
}

const isOfPod = (field: string): field is (typeof OF_POD)[number] => (OF_POD as readonly string[]).includes(field)
