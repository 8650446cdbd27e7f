/** Which control groups the machine has, and with which controllers. Source: Linux Documentation/admin-guide/cgroup-v1
 *  and cgroup-v2, proc_pid_mountinfo(5). */
import { constants } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CgroupFacts } from './facts.ts'

interface Mount {
  path: string
  type: string
  options: readonly string[]
}

/** The mounts of a mountinfo table. Fields: id parent major:minor root path options… - type source super-options. */
function parseMountinfo(table: string): Mount[] {
  return table
    .split('\n')
    .filter((line) => line.includes(' - '))
    .map((line) => {
      const [left = '', right = ''] = line.split(' - ')
      const [type = '', , superOptions = ''] = right.split(' ')
      return { path: left.split(' ')[4] ?? '', type, options: superOptions.split(',') }
    })
}

const V1_CONTROLLERS = ['cpu', 'cpuset', 'memory', 'pids', 'blkio', 'devices', 'freezer', 'hugetlb']

export async function inspectCgroups(root = '/'): Promise<CgroupFacts> {
  const mounts = parseMountinfo(await readFile(join(root, 'proc/self/mountinfo'), 'utf8').catch(() => ''))
  const v1 = mounts.filter((mount) => mount.type === 'cgroup')
  const v2 = mounts.find((mount) => mount.type === 'cgroup2')
  const memory = v1.find((mount) => mount.options.includes('memory'))
  if (memory !== undefined) {
    const controllers = V1_CONTROLLERS.filter((name) => v1.some((mount) => mount.options.includes(name)))
    return {
      mode: v2 === undefined ? 'v1' : 'hybrid',
      controllers,
      writable: await isWritable(join(root, memory.path)),
    }
  }
  if (v2 === undefined) return { mode: 'none', controllers: [], writable: false }
  const listed = await readFile(join(root, v2.path, 'cgroup.controllers'), 'utf8').catch(() => '')
  const controllers = listed.split(/\s+/).filter((name) => name !== '')
  return { mode: 'v2', controllers, writable: await isWritable(join(root, v2.path)) }
}

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  )
