/** emptyDir volumes: on the disk, or in memory. Each comes to be as a whole, with its group, or not at all.
 *  Source: kubernetes v1.34, pkg/volume/emptydir. */
import { chmod, chown, mkdir, rename, rm, stat } from 'node:fs/promises'
import { type k8s, quantityValue } from '../../api/index.ts'
import { failed } from './failed.ts'
import { isMountPoint, mountMemory } from './mount-table.ts'

export interface EmptyDirOptions {
  path: string
  source: k8s.EmptyDirVolumeSource
  pod: k8s.Pod
  /** Whether file systems may be mounted and owners changed (root). */
  mayMount: boolean
  /** What pods may use of this machine's memory. */
  memoryBytes: number
}

export async function prepareEmptyDir({ path, source, pod, mayMount, memoryBytes }: EmptyDirOptions): Promise<void> {
  const { medium = '' } = source
  if (medium !== '' && medium !== 'Memory') throw failed(`storage medium ${medium} is not supported on this node`)
  const fsGroup = mayMount ? pod.spec.securityContext?.fsGroup : undefined
  const mode = fsGroup === undefined ? 0o777 : 0o2777
  if (medium === 'Memory' && mayMount) {
    await mkdir(path, { recursive: true })
    if (await isMountPoint(path)) return
    const size = memorySize(source, pod, memoryBytes)
    const group = fsGroup === undefined ? [] : [`gid=${fsGroup}`]
    await mountMemory(path, [`mode=0${mode.toString(8)}`, `size=${size}`, ...group])
    return
  }
  if (await stat(path).catch(() => undefined)) return
  const making = `${path}.making`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  if (fsGroup !== undefined) await chown(making, 0, fsGroup)
  await chmod(making, mode)
  await rename(making, path)
}

/** Never more than the pod's containers may have together, nor than the machine has. */
export function memorySize(source: k8s.EmptyDirVolumeSource, pod: k8s.Pod, memoryBytes: number): number {
  const { containers, resources, initContainers = [] } = pod.spec
  const limits = containers.map((container) => container.resources?.limits?.memory)
  const all = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')]
  const ofPod =
    resources?.limits?.memory ??
    (limits.every((limit) => limit !== undefined)
      ? String(all.reduce((sum, { resources: own }) => sum + quantityValue(own?.limits?.memory ?? '0'), 0))
      : undefined)
  const sizes = [ofPod, source.sizeLimit].map((size) => (size === undefined ? 0 : quantityValue(size)))
  return Math.min(memoryBytes, ...sizes.filter((size) => size > 0))
}
