/** Whether a pod takes more of the node's disk than it was given. Pure. Words and order are those of kubernetes v1.34,
 *  pkg/kubelet/eviction (localStorageEviction). */
import { compareQuantities, type k8s, quantityValue } from '../../api/index.ts'

export interface LocalStorageUse {
  /** Bytes by volume; emptyDirs only. */
  volumes: ReadonlyMap<string, number>
  /** Bytes by container: logs and writable layer. */
  containers: ReadonlyMap<string, number>
}

const RESOURCE = 'ephemeral-storage'
const limitOf = ({ resources }: k8s.Container) => resources?.limits?.[RESOURCE]
const sizeLimits = ({ spec }: k8s.Pod) =>
  (spec.volumes ?? []).flatMap(({ name, emptyDir }) =>
    emptyDir?.sizeLimit !== undefined && compareQuantities(emptyDir.sizeLimit, '0') > 0
      ? [{ name, limit: emptyDir.sizeLimit }]
      : [],
  )

/** Whether there is anything to look at. */
export const hasLocalStorageLimit = (pod: k8s.Pod): boolean =>
  sizeLimits(pod).length > 0 || pod.spec.containers.some((container) => limitOf(container) !== undefined)

/** Why the pod has to go; undefined: it need not. */
export function localStorageExcess(pod: k8s.Pod, use: LocalStorageUse): string | undefined {
  for (const { name, limit } of sizeLimits(pod))
    if (exceeds(use.volumes.get(name), limit))
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limit)}. `
  const limits = podLimit(pod)
  const total = [...use.volumes.values(), ...use.containers.values()].reduce((sum, bytes) => sum + bytes, 0)
  if (limits !== undefined && exceeds(total, limits.bytes))
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${limits.text}. `
  for (const container of pod.spec.containers) {
    const limit = limitOf(container)
    if (limit !== undefined && compareQuantities(limit, '0') > 0 && exceeds(use.containers.get(container.name), limit))
      return `Container ${container.name} exceeded its local ephemeral storage limit ${JSON.stringify(limit)}. `
  }
  return undefined
}

const exceeds = (used: number | undefined, limit: string | number) => used !== undefined && used > quantityValue(limit)

/** Of all containers together; a pod with one that has no limit is held to that of the others, as Kubernetes does it. */
function podLimit({ spec }: k8s.Pod): { bytes: number; text: string } | undefined {
  const limits = spec.containers.map(limitOf).filter((limit) => limit !== undefined)
  if (limits.length === 0) return undefined
  const bytes = limits.map((limit) => quantityValue(limit)).reduce((sum, one) => sum + one, 0)
  return { bytes, text: limits.length === 1 ? String(limits[0]) : inBinaryUnits(bytes) }
}

function inBinaryUnits(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti']
  let unit = 0
  while (bytes !== 0 && bytes % 1024 === 0 && unit < units.length - 1) {
    bytes /= 1024
    unit++
  }
  return `${bytes}${units[unit]}`
}
