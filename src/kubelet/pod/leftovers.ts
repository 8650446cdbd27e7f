/** Pods that are known here by what they have on the disk alone: the kubelet was killed while it removed them, or they
 *  were deleted while it was away. Source: kubernetes v1.34, pkg/kubelet (cleanupOrphanedPodDirs). */
import { readdir } from 'node:fs/promises'
import type { PodIdentity } from '../runtime/runtime.ts'

/** By uid. The name is empty where no log tells it. */
export async function podsOnDisk({
  podsDir,
  logsDir,
}: {
  podsDir: string
  logsDir: string
}): Promise<Map<string, PodIdentity>> {
  const [directories, logs] = await Promise.all([podsDir, logsDir].map((path) => readdir(path).catch(() => [])))
  const found = new Map<string, PodIdentity>()
  for (const uid of directories ?? []) found.set(uid, { uid, name: '', namespace: '' })
  for (const entry of logs ?? []) {
    // As `podLogDirectory` names them; names have no underscore.
    const [namespace = '', name = '', uid = ''] = entry.split('_')
    if (uid !== '') found.set(uid, { uid, name, namespace })
  }
  return found
}
