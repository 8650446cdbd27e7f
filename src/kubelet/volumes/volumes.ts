/** A pod's volumes as directories of this machine. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { k8s } from '../../api/index.ts'
import { errorMessage, removeFolder } from '../../lib/index.ts'
import { KubeletError } from '../errors.ts'
import { writeProjection } from './atomic-writer.ts'
import { type ClaimSource, prepareClaimVolume } from './claim-volume.ts'
import { prepareEmptyDir } from './empty-dir.ts'
import { failed } from './failed.ts'
import { prepareHostPath } from './host-path.ts'
import { unmountAll } from './mount-table.ts'
import { setOwnership } from './ownership.ts'
import { type ProjectionContext, volumeFiles } from './projections.ts'

export interface VolumeOptions {
  /** The pod's own directory; volumes lie below it. */
  podDir: string
  context: ProjectionContext
  claims: ClaimSource
  /** Whether file systems may be mounted and owners changed (root): `medium: Memory` is a plain directory otherwise. */
  mayMount: boolean
  /** Told of a volume that is in use and could not be brought up to date. */
  onStale?: (message: string) => void
}

/** Makes every volume of the pod ready, or up to date; the directory of each by name. Throws `FailedMount`. */
export async function prepareVolumes(options: VolumeOptions): Promise<Map<string, string>> {
  const { pod } = options.context
  const paths = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    try {
      paths.set(volume.name, await prepare(options, volume))
    } catch (error) {
      const reason = error instanceof KubeletError ? error.message : errorMessage(error)
      throw failed(`MountVolume.SetUp failed for volume "${volume.name}" : ${reason}`, error)
    }
  }
  return paths
}

async function prepare(options: VolumeOptions, volume: k8s.Volume): Promise<string> {
  const { context, mayMount } = options
  const path = join(options.podDir, 'volumes', volume.name)
  if (volume.emptyDir) {
    const { pod, node } = context
    await prepareEmptyDir({ path, source: volume.emptyDir, pod, mayMount, memoryBytes: node.memoryBytes })
    return path
  }
  if (volume.hostPath) return prepareHostPath(volume.hostPath)
  if (volume.persistentVolumeClaim ?? volume.ephemeral) return prepareOnce(options, volume)
  if (await project(options, volume, path)) return path
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown'
  throw failed(`volumes of type ${kind} are not supported on this node`)
}

/** Whether the volume is one of files. What a running pod has stays as it is when it cannot be renewed. */
async function project({ context, onStale }: VolumeOptions, volume: k8s.Volume, path: string): Promise<boolean> {
  try {
    const files = await volumeFiles(context, volume)
    if (files === undefined) return false
    await writeProjection(path, files, context.pod.spec.securityContext?.fsGroup)
  } catch (error) {
    if (onStale === undefined || (await stat(join(path, '..data')).catch(() => undefined)) === undefined) throw error
    onStale(`MountVolume.SetUp failed for volume "${volume.name}" : ${errorMessage(error)}`)
  }
  return true
}

/** A volume that a pod has is not asked about again: its claim may be on its way out while the pod still runs. */
async function prepareOnce(options: VolumeOptions, volume: k8s.Volume): Promise<string> {
  const { pod } = options.context
  const done = join(options.podDir, 'claims', volume.name)
  const known = await readFile(done, 'utf8').catch(() => undefined)
  // What is not there any more is looked for anew: whoever mounted it then, would have an empty directory made.
  if (known && (await stat(known).catch(() => undefined)) !== undefined) return known
  const { path, isManaged } = await prepareClaimVolume(options.claims, pod, volume)
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
  if (fsGroup !== undefined && isManaged && options.mayMount && volume.persistentVolumeClaim?.readOnly !== true)
    await setOwnership(path, { fsGroup, changePolicy: fsGroupChangePolicy })
  await mkdir(dirname(done), { recursive: true })
  await writeFile(done, path)
  return path
}

/** What of a pod's directory is volumes, mounts of parts of them, and where those behind claims are. */
const OF_VOLUMES = ['volumes', 'volume-subpaths', 'claims']

/** Takes away the volumes of a pod that has ended for good, though it stays in the API: its own data go, those behind
 *  claims are let go of. What its containers said stays. Idempotent; throws where something stays mounted. Source: kubernetes
 *  v1.34, pkg/kubelet (SyncTerminatedPod). */
export async function releaseVolumes(podDir: string): Promise<void> {
  for (const name of OF_VOLUMES) {
    const directory = join(podDir, name)
    if ((await stat(directory).catch(() => undefined)) === undefined) continue
    await unmountAll(directory)
    await removeFolder(directory)
  }
}

/** Takes away what a pod had on this machine. Volumes behind claims are not in its directory, only mounts of parts of
 *  them: those go first, and nothing is removed while one is left. Idempotent; throws where one stays. */
export async function removeVolumes(podDir: string): Promise<void> {
  await unmountAll(podDir)
  await removeFolder(podDir)
}
