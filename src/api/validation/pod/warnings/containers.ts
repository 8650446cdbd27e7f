/** Annotations about containers, fractions of bytes, and variables that hide others. */
import type { EnvVar, PodSpec, ResourceRequirements } from '../../../generated/types.ts'
import { fractionalBytesWarnings } from '../../fractional-bytes.ts'
import { sameValue } from '../../immutable.ts'
import { appArmorProfileOf, APPARMOR_PREFIX, APPARMOR_WARNING } from '../app-armor.ts'
import { everyContainer } from '../every-container.ts'
import { SECCOMP_WARNING } from './pod.ts'

const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'

/** `prefix` as in `podWarnings`: a pod's own AppArmor annotations are spoken of where they become fields. */
export function containerWarnings(
  spec: PodSpec,
  annotations: Readonly<Record<string, string>>,
  prefix: string,
): string[] {
  const ofPod = spec.securityContext?.appArmorProfile
  return everyContainer(spec, `${prefix}spec`).flatMap(({ container, path }) => {
    const { name, securityContext, resources, env = [] } = container
    const warnings: string[] = []
    const say = (key: string, why: string) => warnings.push(`${prefix}metadata.annotations[${key}]: ${why}`)
    const seccomp = `${SECCOMP_PREFIX}${name}`
    if (securityContext?.seccompProfile === undefined && Object.hasOwn(annotations, seccomp))
      say(seccomp, SECCOMP_WARNING)
    const appArmor = `${APPARMOR_PREFIX}${name}`
    const annotation = annotations[appArmor]
    if (prefix !== '' && securityContext?.appArmorProfile === undefined && annotation !== undefined)
      if (ofPod === undefined || !sameValue(ofPod, appArmorProfileOf(annotation))) say(appArmor, APPARMOR_WARNING)
    return [...warnings, ...resourceWarnings(resources, `${path}.resources`), ...hiddenVariables(env, `${path}.env`)]
  })
}

function resourceWarnings(resources: ResourceRequirements | undefined, path: string): string[] {
  const warnings: string[] = []
  if (resources === undefined) return warnings
  for (const name of COUNTED_IN_BYTES)
    for (const list of LISTS) {
      const amount = resources[list]?.[name]
      if (amount !== undefined) warnings.push(...fractionalBytesWarnings(amount, `${path}.${list}[${name}]`))
    }
  return warnings
}

const COUNTED_IN_BYTES = ['memory', 'ephemeral-storage']
const LISTS = ['limits', 'requests'] as const

/** A later definition is no mistake where it adds to the former: `X=a`, then `X=$(X):b`. */
function hiddenVariables(env: readonly EnvVar[], path: string): string[] {
  const defined = new Set<string>()
  return env.flatMap(({ name, value = '', valueFrom }, index) => {
    const reference = `$(${name})`
    const hides = valueFrom !== undefined || value === reference || !value.includes(reference)
    const isBad = defined.has(name) && hides
    defined.add(name)
    return isBad
      ? [`${path}[${index}]: hides previous definition of "${name}", which may be dropped when using apply`]
      : []
  })
}
