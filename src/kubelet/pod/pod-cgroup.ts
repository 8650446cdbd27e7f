/** The limits of a pod as a whole, on the control group that its containers' are in. Source: Kubernetes v1.34,
 *  pkg/kubelet/cm (helpers_linux.go, cgroup_v1_manager_linux.go, cgroup_v2_manager_linux.go). */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasErrno } from '../../lib/index.ts'
import type { Resources } from '../runtime/runtime.ts'

const ROOT = '/sys/fs/cgroup'

/** Each file of the first and of the second version of control groups: those that are not there are not of this machine. */
export function podLimitFiles(cgroup: string, resources: Resources): [path: string, value: string][] {
  const { cpuQuotaMicros: quota, cpuPeriodMicros: period, memoryLimitBytes: memory } = resources
  const files: [string, string][] = []
  if (quota > 0)
    files.push(
      [join('cpu', cgroup, 'cpu.cfs_period_us'), String(period)],
      [join('cpu', cgroup, 'cpu.cfs_quota_us'), String(quota)],
      [join(cgroup, 'cpu.max'), `${quota} ${period}`],
    )
  if (memory > 0)
    files.push(
      [join('memory', cgroup, 'memory.limit_in_bytes'), String(memory)],
      [join(cgroup, 'memory.max'), String(memory)],
    )
  return files
}

/** `root`: where control groups are mounted. */
export async function limitPod(cgroup: string, resources: Resources, root = ROOT): Promise<void> {
  for (const [path, value] of podLimitFiles(cgroup, resources)) {
    try {
      await writeFile(join(root, path), value, { flag: 'r+' })
    } catch (error) {
      if (!hasErrno(error, 'ENOENT') && !hasErrno(error, 'ENOTDIR')) throw error
    }
  }
}
