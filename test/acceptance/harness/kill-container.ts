/** Ends a container as the kernel does it when memory is short: all that is in it is gone at once. */
import { join } from 'node:path'
import { mustRun } from './command.ts'
import type { Installation } from './installation.ts'

/** `containerId` as a pod's status has it. */
export async function killContainer(naru: Installation, containerId: string): Promise<void> {
  const socket = join(naru.stateDir, 'run', 'containerd', 'containerd.sock')
  const id = containerId.replace('containerd://', '')
  const tasks = await mustRun('ctr', ['--address', socket, '--namespace', 'k8s.io', 'tasks', 'list'])
  const pid = new RegExp(`^${id}\\s+(\\d+)`, 'm').exec(tasks)?.[1]
  if (pid === undefined) throw new Error(`no task ${id}:\n${tasks}`)
  process.kill(Number(pid), 'SIGKILL')
}
