/** The default AppArmor profile must not be disabled. */
import { type CheckedPod, namesWhere, plural, type PodCheck, quoted, setters, sorted } from '../check.ts'

const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/'
const isAllowed = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost'
const isAllowedAnnotation = (value: string) =>
  value === '' || value === 'runtime/default' || value.startsWith('localhost/')

export const appArmorProfile: PodCheck = { id: 'appArmorProfile', level: 'baseline', versions: [{ since: 0, check }] }

function check(pod: CheckedPod) {
  const own = pod.spec.securityContext?.appArmorProfile
  const podIsBad = own !== undefined && !isAllowed(own.type)
  const bad = namesWhere(pod, ({ securityContext }) => {
    const profile = securityContext?.appArmorProfile
    return profile !== undefined && !isAllowed(profile.type)
  })
  const types = pod.containers.filter(({ name }) => bad.includes(name))
  const values = sorted([
    ...(podIsBad ? [own.type] : []),
    ...types.map(({ securityContext }) => securityContext?.appArmorProfile?.type ?? ''),
  ])
  const annotations = Object.entries(pod.annotations)
    .filter(([key, value]) => key.startsWith(ANNOTATION) && !isAllowedAnnotation(value))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
  const who = [setters(podIsBad, bad), annotations.length > 0 ? plural('annotation', annotations.length) : '']
  const named = who.filter((part) => part !== '').join(' and ')
  if (named === '') return undefined
  const all = [...values, ...annotations]
  return {
    reason: plural('forbidden AppArmor profile', all.length),
    detail: `${named} must not set AppArmor profile type to ${quoted(all)}`,
  }
}
