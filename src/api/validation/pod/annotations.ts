/** Annotations of pods that mean something. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidatePodSpecificAnnotations, validateSeccompAnnotationsAndFields,
 *  validateAppArmorAnnotationsAndFieldsMatchOnCreate). */
import type { AppArmorProfile, PodSpec, SeccompProfile, Toleration } from '../../generated/types.ts'
import { type FieldError, forbidden, invalidValue } from '../field-error.ts'
import { APPARMOR_PREFIX } from './app-armor.ts'
import { everyContainer } from './every-container.ts'
import { validateDescendingPath } from './paths.ts'
import { validateTolerations } from './tolerations.ts'

type Annotations = Readonly<Record<string, string>>

export const MIRROR = 'kubernetes.io/config.mirror'
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'
const LOCALHOST = 'localhost/'
const SECCOMP_DEFAULTS = ['runtime/default', 'docker/default']

/** `old`: the annotations that are replaced. */
export function validatePodAnnotations(annotations: Annotations, spec: PodSpec, path: string, old?: Annotations) {
  const errors: FieldError[] = []
  const mirror = annotations[MIRROR]
  if (mirror !== undefined && !spec.nodeName)
    errors.push(invalidValue(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'))
  errors.push(...annotatedTolerations(annotations[TOLERATIONS] ?? '', path))
  const cost = annotations[DELETION_COST]
  if (cost !== undefined && !isDeletionCost(cost) && isDeletionCost(old?.[DELETION_COST] ?? '0'))
    errors.push(invalidValue(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
  return [...errors, ...annotatedSeccomp(annotations, path), ...annotatedAppArmor(annotations, spec, path)]
}

function annotatedTolerations(text: string, path: string): FieldError[] {
  if (text === '') return []
  try {
    const tolerations: unknown = JSON.parse(text)
    const at = `${path}.${TOLERATIONS}`
    return Array.isArray(tolerations) ? validateTolerations(tolerations as Toleration[], at) : []
  } catch (error) {
    return [invalidValue(path, TOLERATIONS, error instanceof Error ? error.message : String(error))]
  }
}

/** Neither a plus sign nor leading zeros. */
function isDeletionCost(text: string): boolean {
  const value = Number(text)
  return /^(0|-\d+|[1-9]\d*)$/.test(text) && value >= -(2 ** 31) && value < 2 ** 31
}

function annotatedSeccomp(annotations: Annotations, path: string): FieldError[] {
  return Object.entries(annotations).flatMap(([key, profile]) => {
    if (key !== SECCOMP_POD && !key.startsWith(SECCOMP_PREFIX)) return []
    if (SECCOMP_DEFAULTS.includes(profile) || profile === 'unconfined') return []
    const at = `${path}.${key}`
    return profile.startsWith(LOCALHOST)
      ? validateDescendingPath(profile.slice(LOCALHOST.length), at)
      : [invalidValue(at, profile, 'must be a valid seccomp profile')]
  })
}

function annotatedAppArmor(annotations: Annotations, spec: PodSpec, path: string): FieldError[] {
  const names = everyContainer(spec, 'spec').map(({ container }) => container.name)
  return Object.entries(annotations).flatMap(([key, profile]) => {
    if (!key.startsWith(APPARMOR_PREFIX)) return []
    const [at, name] = [`${path}[${key}]`, key.slice(APPARMOR_PREFIX.length)]
    const errors = names.includes(name) ? [] : [invalidValue(at, name, 'container not found')]
    const isKnown = ['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(LOCALHOST)
    if (!isKnown) errors.push(invalidValue(at, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`))
    return errors
  })
}

/** Where an annotation of old and the field that took its place say different things. */
export function annotatedProfilesDiffer(annotations: Annotations, spec: PodSpec, path: string): FieldError[] {
  const { seccompProfile, appArmorProfile: appArmorOfPod } = spec.securityContext ?? {}
  const containers = everyContainer(spec, path)
  const isWindows = spec.os?.name === 'windows'
  return [
    ...profilesDiffer(annotations[SECCOMP_POD], seccompProfile, `${path}.securityContext.seccompProfile`, 'seccomp'),
    ...containers.flatMap(({ container: { name, securityContext }, path: at }) => {
      const annotation = annotations[`${SECCOMP_PREFIX}${name}`]
      return profilesDiffer(
        annotation,
        securityContext?.seccompProfile,
        `${at}.securityContext.seccompProfile`,
        'seccomp',
      )
    }),
    ...(isWindows ? [] : containers).flatMap(({ container: { name, securityContext }, path: at }) => {
      const annotation = annotations[`${APPARMOR_PREFIX}${name}`]
      const profile = securityContext?.appArmorProfile ?? appArmorOfPod
      return profilesDiffer(annotation, profile, `${at}.securityContext.appArmorProfile`, 'apparmor')
    }),
  ]
}

function profilesDiffer(
  annotation: string | undefined,
  profile: SeccompProfile | AppArmorProfile | undefined,
  at: string,
  what: 'seccomp' | 'apparmor',
): FieldError[] {
  if (annotation === undefined || profile === undefined) return []
  const differs = [forbidden(`${at}.type`, `${what} type in annotation and field must match`)]
  const defaults = what === 'seccomp' ? SECCOMP_DEFAULTS : ['runtime/default']
  if (profile.type === 'Unconfined') return annotation === 'unconfined' ? [] : differs
  if (profile.type === 'RuntimeDefault') return defaults.includes(annotation) ? [] : differs
  if (profile.type !== 'Localhost') return []
  if (!annotation.startsWith(LOCALHOST)) return differs
  if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return []
  return [forbidden(`${at}.localhostProfile`, `${what} profile in annotation and field must match`)]
}

/** What may not be said anew, nor unsaid, of a pod that exists. */
export function validateAnnotationUpdates(annotations: Annotations, old: Annotations, path: string): FieldError[] {
  const refusal = (key: string, verb: string) => {
    if (key.startsWith(APPARMOR_PREFIX)) return [forbidden(`${path}[${key}]`, `may not ${verb} AppArmor annotations`)]
    return key === MIRROR ? [forbidden(`${path}[${key}]`, `may not ${verb} mirror pod annotation`)] : []
  }
  return [
    ...Object.keys(old).flatMap((key) => (annotations[key] === old[key] ? [] : refusal(key, 'remove or update'))),
    ...Object.keys(annotations).flatMap((key) => (Object.hasOwn(old, key) ? [] : refusal(key, 'add'))),
  ]
}
