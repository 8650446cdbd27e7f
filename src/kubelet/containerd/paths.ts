/** Where our containerd keeps what, below the state and run directories. */
import { join } from 'node:path'

export interface ContainerdPaths {
  root: string
  state: string
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
    socket: join(run, 'containerd.sock'),
    pidFile: join(run, 'containerd.json'),
    config: join(state, 'config.toml'),
    certs: join(state, 'certs.d'),
    log: join(state, 'containerd.log'),
  }
}

/** The control group everything of ours lives below, so that a purge finds it. */
export const CGROUP_ROOT = '/naru'
