/** Security contexts of pods and containers. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validatePodSpecSecurityContext, ValidateSecurityContext). */
import { between } from '../../formats/index.ts'
import type { PodSpec, SecurityContext } from '../../generated/types.ts'
import { type FieldError, invalidValue, notSupported } from '../field-error.ts'
import type { PodSpecOptions } from './options.ts'
import { validateAppArmorProfile, validateSeccompProfile } from './profiles.ts'
import { printedSecurityContext } from './printed-security-context.ts'
import { validateSysctls } from './sysctls.ts'
import { validateWindowsOptions } from './windows-options.ts'

const MAX_ID = 2 ** 31 - 1
const PROC_MOUNTS = ['Default', 'Unmasked']

/** Of users and groups. */
export const validateId = (id: number | undefined, field: string): FieldError[] =>
  id === undefined || (id >= 0 && id <= MAX_ID) ? [] : [invalidValue(field, id, between(0, MAX_ID))]

export function validatePodSecurityContext(spec: PodSpec, path: string, options: PodSpecOptions): FieldError[] {
  const context = spec.securityContext ?? {}
  const { sysctls = [], supplementalGroups: groups = [] } = context
  const at = `${path}.securityContext`
  const oneOf = (
    field: 'fsGroupChangePolicy' | 'supplementalGroupsPolicy' | 'seLinuxChangePolicy',
    known: string[],
  ) => {
    const value = context[field]
    return value === undefined || known.includes(value) ? [] : [notSupported(`${at}.${field}`, value, known)]
  }
  const errors = [
    ...validateId(context.fsGroup, `${at}.fsGroup`),
    ...validateId(context.runAsUser, `${at}.runAsUser`),
    ...validateId(context.runAsGroup, `${at}.runAsGroup`),
    ...groups.flatMap((group, index) => validateId(group, `${at}.supplementalGroups[${index}]`)),
  ]
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled'
    errors.push(invalidValue(`${at}.shareProcessNamespace`, true, why))
  }
  return [
    ...errors,
    ...validateSysctls(sysctls, spec, `${at}.sysctls`, options.allowsClashingSysctls ?? false),
    ...oneOf('fsGroupChangePolicy', ['Always', 'OnRootMismatch']),
    ...validateSeccompProfile(context.seccompProfile, `${at}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${at}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${at}.appArmorProfile`),
    ...oneOf('supplementalGroupsPolicy', ['Merge', 'Strict']),
    // Mounting with the label comes with a feature that is off.
    ...oneOf(
      'seLinuxChangePolicy',
      options.allowsAnySeLinuxChangePolicy ? ['MountOption', 'Recursive'] : ['Recursive'],
    ),
  ]
}

/** `ofHostUsers`: the container's users are the host's. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  at: string,
  ofHostUsers: boolean,
): FieldError[] {
  if (context === undefined) return []
  const { procMount, capabilities, privileged } = context
  const errors = [
    ...validateId(context.runAsUser, `${at}.runAsUser`),
    ...validateId(context.runAsGroup, `${at}.runAsGroup`),
  ]
  if (procMount !== undefined && !PROC_MOUNTS.includes(procMount))
    errors.push(notSupported(`${at}.procMount`, procMount, PROC_MOUNTS))
  if (procMount === 'Unmasked' && ofHostUsers)
    errors.push(invalidValue(`${at}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
  errors.push(...validateSeccompProfile(context.seccompProfile, `${at}.seccompProfile`))
  if (context.allowPrivilegeEscalation === false) {
    const contradicts = (what: string) =>
      invalidValue(at, printedSecurityContext(context), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)
    if (privileged === true) errors.push(contradicts('`privileged` to true'))
    for (const capability of capabilities?.add ?? [])
      if (capability === 'CAP_SYS_ADMIN') errors.push(contradicts('`capabilities.Add` CAP_SYS_ADMIN'))
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${at}.windowsOptions`),
    ...validateAppArmorProfile(context.appArmorProfile, `${at}.appArmorProfile`),
  ]
}
