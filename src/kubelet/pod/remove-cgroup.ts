/** The control group of a pod goes with the pod: runc removes those of the containers in it alone. Source: Kubernetes
 *  v1.34, pkg/kubelet/cm (pod_container_manager_linux.go, Destroy). */
import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hasErrno } from '../../lib/index.ts'

/** Idempotent, in each hierarchy that is mounted below `root`. Throws EBUSY while a process is in it, which is killed: a shim
 *  or containerd that was killed while runc made a container leaves such, and nobody else knows of it. */
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
    if (hasErrno(error, 'EBUSY')) await killProcesses(path)
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error
  }
}

async function killProcesses(path: string): Promise<void> {
  const pids = (await readFile(join(path, 'cgroup.procs'), 'utf8').catch(() => '')).split('\n').filter(Boolean)
  for (const pid of pids)
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch (error) {
      if (!hasErrno(error, 'ESRCH')) throw error
    }
}
