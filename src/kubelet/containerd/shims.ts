/** containerd's shims: each holds the containers of a sandbox, and outlives containerd. */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { hasErrno, identifyProcess, listIfThere, type ProcessIdentity } from '../../lib/index.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import type { Belongings } from './sweeper.ts'

export interface Shim {
  /** Of the sandbox. */
  id: string
  process: ProcessIdentity
}

/** Those of the containerd at `socketPath`: its address is in their command line. */
export async function findShims(socketPath: string): Promise<Shim[]> {
  const found: Shim[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const words = (await readFile(join('/proc', entry, 'cmdline'), 'utf8').catch(() => '')).split('\0')
    const after = (flag: string) => words[words.indexOf(flag) + 1] ?? ''
    if (!words[0]?.includes('containerd-shim') || after('-address') !== socketPath) continue
    const process = identifyProcess(Number(entry))
    if (process !== undefined) found.push({ id: after('-id'), process })
  }
  return found
}

/** Of every containerd of this machine; there is no choice. */
const SOCKETS = '/run/containerd/s'

/** Where the shim of a sandbox listens. Source: containerd v1.6, runtime/v2/shim/util_unix.go (SocketAddress). */
const shimSocket = (socketPath: string, id: string): string =>
  join(
    SOCKETS,
    createHash('sha256')
      .update(join(socketPath, 'k8s.io', id))
      .digest('hex'),
  )

/** A shim that is killed leaves its socket, and containerd does not take it away: it goes with the sandbox. */
export const removingShimSockets = <R extends ContainerRuntime>(of: R, socketPath: string): R => ({
  ...of,
  async removeSandbox(id) {
    await of.removeSandbox(id)
    await rm(shimSocket(socketPath, id), { force: true })
  },
})

/** Idempotent. Its containers go on: they are to be killed after it. */
export async function killShim({ id, process: { pid } }: Shim, socketPath: string): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!hasErrno(error, 'ESRCH')) throw error
  }
  await rm(shimSocket(socketPath, id), { force: true })
}

/** Sockets that refuse connections were left by shims that were killed. Whose they were cannot be told from their names, and
 *  need not: to nobody are they of use, and containerd takes such a one away too where it wants the name. */
export async function removeDeadSockets(directory = SOCKETS): Promise<void> {
  for (const name of await listIfThere(directory)) {
    const path = join(directory, name)
    if (await refuses(path)) await rm(path, { force: true })
  }
}

const refuses = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', (error) => resolve(hasErrno(error, 'ECONNREFUSED')))
  })

/** A shim whose containerd was killed before the shim had said where it listens is found by no other. It holds nothing:
 *  containerd has runc take away what there is of a sandbox whose shim it cannot reach. */
export const shimsOf = (runtime: ContainerRuntime, socketPath: string): Belongings => ({
  list: async () => (await findShims(socketPath)).map(({ id }) => id),
  async known() {
    const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(), runtime.listContainers()])
    return new Set([...sandboxes, ...containers].map(({ id }) => id))
  },
  async release(id) {
    for (const shim of await findShims(socketPath)) if (shim.id === id) await killShim(shim, socketPath)
  },
})
