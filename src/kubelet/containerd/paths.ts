/** Where our containerd keeps what, below the state and run directories. */
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'

export interface ContainerdPaths {
  root: string
  state: string
  /** Where its CRI plugin mounts the network namespaces of sandboxes. */
  netns: string
  socket: string
  pidFile: string
  config: string
  certs: string
  log: string
}

export function containerdPaths(dirs: { stateDir: string; runDir: string }): ContainerdPaths {
  const state = join(dirs.stateDir, 'containerd')
  const run = join(dirs.runDir, 'containerd')
  return {
    root: join(state, 'root'),
    state: join(run, 'state'),
    netns: join(run, 'state', 'io.containerd.grpc.v1.cri', 'netns'),
    socket: join(run, 'containerd.sock'),
    pidFile: join(run, 'containerd.json'),
    config: join(state, 'config.toml'),
    certs: join(state, 'certs.d'),
    log: join(state, 'containerd.log'),
  }
}

/** The control group all containers of one engine live below, so that a purge finds them and leaves those of another
 *  engine (another state directory) alone. */
export function cgroupRootOf(stateDir: string): string {
  return `/naru/${createHash('sha256').update(resolve(stateDir)).digest('hex').slice(0, 12)}`
}
