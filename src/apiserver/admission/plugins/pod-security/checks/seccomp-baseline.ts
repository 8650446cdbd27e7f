/** Seccomp must not be switched off. */
import { type CheckedPod, namesWhere, plural, type PodCheck, quoted, setters, sorted } from '../check.ts'

const POD = 'seccomp.security.alpha.kubernetes.io/pod'
const CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const isAllowedAnnotation = (value: string) =>
  value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/')

export const isAllowedSeccomp = (type: string | undefined): boolean => type === 'Localhost' || type === 'RuntimeDefault'

export const seccompBaseline: PodCheck = {
  id: 'seccompProfile_baseline',
  level: 'baseline',
  versions: [
    { since: 0, check: checkAnnotations },
    { since: 19, check: forbiddenSeccomp },
  ],
}

function checkAnnotations({ annotations, containers }: CheckedPod) {
  const keys = [POD, ...containers.map(({ name }) => `${CONTAINER}${name}`)]
  const bad = sorted(
    keys.flatMap((key) => {
      const value = Object.hasOwn(annotations, key) ? annotations[key] : undefined
      return value === undefined || isAllowedAnnotation(value) ? [] : [`${key}=${JSON.stringify(value)}`]
    }),
  )
  if (bad.length === 0) return undefined
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', bad.length)} ${bad.join(', ')}` }
}

/** Who explicitly asks for another profile. */
export function forbiddenSeccomp(pod: CheckedPod) {
  const isBad = (profile: { type: string } | undefined) => profile !== undefined && !isAllowedSeccomp(profile.type)
  const own = pod.spec.securityContext?.seccompProfile
  const bad = namesWhere(pod, ({ securityContext }) => isBad(securityContext?.seccompProfile))
  const who = setters(isBad(own), bad)
  if (who === '') return undefined
  const profiles = [own, ...pod.containers.map(({ securityContext }) => securityContext?.seccompProfile)]
  const values = sorted(profiles.filter(isBad).map((profile) => profile?.type ?? ''))
  return {
    reason: 'seccompProfile',
    detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}`,
  }
}
