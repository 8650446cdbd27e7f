/** The control group of a pod goes with the pod: runc removes those of the containers in it alone. Source: Kubernetes
 *  v1.34, pkg/kubelet/cm (pod_container_manager_linux.go, Destroy). */
import { readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasErrno } from '../../lib/index.ts'

/** Idempotent, in each hierarchy that is mounted below `root`. Throws EBUSY while a process is in it. */
export async function removeCgroup(cgroup: string, root = '/sys/fs/cgroup'): Promise<void> {
  for (const hierarchy of ['', ...(await readdir(root).catch(() => []))])
    await removeGroups(join(root, hierarchy, cgroup))
}

/** Deepest first, and never by files: those are the kernel's. */
async function removeGroups(path: string): Promise<void> {
  try {
    for (const entry of await readdir(path, { withFileTypes: true }))
      if (entry.isDirectory()) await removeGroups(join(path, entry.name))
    await rmdir(path)
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error
  }
}
