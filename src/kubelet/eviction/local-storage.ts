/** Whether a pod takes more of the node's disk than it was given. Pure. Words and order are those of kubernetes v1.34,
 *  pkg/kubelet/eviction (localStorageEviction). */
import { compareQuantities, type k8s, quantityValue } from '../../api/index.ts'
import { podLimits } from '../../api/machinery.ts'

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
  sizeLimits(pod).length > 0 || podLimits(pod.spec)[RESOURCE] !== undefined

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

/** Of all containers together, as Kubernetes adds them up: init containers count while they run, and those that have no
 *  limit for nothing. Source: k8s.io/component-helpers v0.34, resource (PodLimits). */
function podLimit({ spec }: k8s.Pod): { bytes: number; text: string } | undefined {
  const total = podLimits(spec)[RESOURCE]
  if (total === undefined) return undefined
  const bytes = quantityValue(total)
  const limits = [...spec.containers, ...(spec.initContainers ?? [])].flatMap((one) => limitOf(one) ?? [])
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
