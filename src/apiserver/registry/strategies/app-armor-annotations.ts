/** AppArmor profiles that are annotated become fields. Source: kubernetes v1.34, pkg/registry/core/pod
 *  (applyAppArmorVersionSkew). */
import { isDeepStrictEqual } from 'node:util'
import type { k8s } from '../../../api/index.ts'
import { APPARMOR_PREFIX, APPARMOR_WARNING, appArmorProfileOf, isValidAppArmorProfile } from '../../../api/machinery.ts'

/** Changes `pod` in place; `warn` is told of each annotation that is in use. */
export function applyAppArmorAnnotations(
  { spec, annotations }: { spec: k8s.PodSpec; annotations: Readonly<Record<string, string>> },
  warn: (text: string) => void,
): void {
  if (spec.os?.name === 'windows') return
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec as Partial<k8s.PodSpec>
  for (const container of [...initContainers, ...containers, ...ephemeralContainers]) {
    const key = `${APPARMOR_PREFIX}${container.name}`
    const annotation = Object.hasOwn(annotations, key) ? annotations[key] : undefined
    if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) continue
    const profile = appArmorProfileOf(annotation)
    const isValid = profile !== undefined && isValidAppArmorProfile(profile)
    if (isValid && isDeepStrictEqual(profile, spec.securityContext?.appArmorProfile)) continue
    if (isValid) (container.securityContext ??= {}).appArmorProfile = profile
    warn(`metadata.annotations[${key}]: ${APPARMOR_WARNING}`)
  }
}
