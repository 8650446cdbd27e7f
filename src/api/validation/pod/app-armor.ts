/** AppArmor, as annotations of old said it. Source: kubernetes v1.34, pkg/api/pod (ApparmorFieldForAnnotation). */
import type { AppArmorProfile } from '../../generated/types.ts'

/** Followed by the container's name. */
export const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/'
export const APPARMOR_WARNING = 'deprecated since v1.30; use the "appArmorProfile" field instead'
const LOCALHOST = 'localhost/'

/** The field that says the same as the annotation's value; undefined: it says nothing that is known. */
export function appArmorProfileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  if (!annotation.startsWith(LOCALHOST) || annotation === LOCALHOST) return undefined
  return { type: 'Localhost', localhostProfile: annotation.slice(LOCALHOST.length) }
}
