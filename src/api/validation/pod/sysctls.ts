/** Kernel parameters of a pod. Source: kubernetes v1.34, pkg/apis/core/validation (validateSysctls);
 *  k8s.io/component-helpers v0.34, node/util/sysctl. */
import type { PodSpec, Sysctl } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidValue, required } from '../field-error.ts'

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const NAME = `^(${SEGMENT}[\\./])*${SEGMENT}$`
const NAME_REGEX = new RegExp(NAME)
const MAX_NAME = 253
/** Those of the kernel's inter-process communication; with all below `fs.mqueue`. */
const IPC = [
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.shm',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg',
]

export function validateSysctls(sysctls: readonly Sysctl[], spec: PodSpec, path: string, allowsClashes: boolean) {
  const names = new Set<string>()
  return sysctls.flatMap(({ name = '' }: Partial<Sysctl>, index) => {
    const at = `${path}[${index}].name`
    const errors: FieldError[] = []
    if (name === '') errors.push(required(at))
    else if (name.length > MAX_NAME || !NAME_REGEX.test(name))
      errors.push(invalidValue(at, name, `must have at most ${MAX_NAME} characters and match regex ${NAME}`))
    else if (names.has(name)) errors.push(duplicate(at, name))
    const why = allowsClashes ? undefined : clashesWithHost(name, spec)
    if (why !== undefined) errors.push(invalidValue(at, name, why))
    names.add(name)
    return errors
  })
}

/** Why a pod that shares the parameter's namespace with its host may not set it; undefined: it may. */
export function clashesWithHost(name: string, { hostNetwork, hostIPC }: PodSpec): string | undefined {
  const [dotted = ''] = withDots(name).split('*')
  if (hostNetwork === true && dotted.startsWith('net.')) return "may not be specified when 'hostNetwork' is true"
  if (hostIPC === true && (IPC.includes(dotted) || dotted.startsWith('fs.mqueue.')))
    return "may not be specified when 'hostIPC' is true"
  return undefined
}

/** A name may have slashes for dots, and then dots for slashes; the first of them tells.
 *  Source: k8s.io/component-helpers v0.34, node/util/sysctl (NormalizeName). */
function withDots(name: string): string {
  if (/[./]/.exec(name)?.[0] !== '/') return name
  return name.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}
