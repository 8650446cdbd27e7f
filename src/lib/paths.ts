/** Where Naru keeps what it keeps on this machine. The one place that reads the environment for it. */
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface Paths {
  /** Durable state: the store, images, volumes, certificates, logs. `/var/lib/naru` as root, else under XDG_STATE_HOME. */
  stateDir: string
  /** What lives only while the engine does: sockets, pid files, the endpoints of the running engine. */
  runDir: string
  /** Downloads and build caches; safe to delete at any time. */
  cacheDir: string
  /** The kubeconfig that gets the context `naru`. */
  kubeconfig: string
}

/** NARU_STATE_DIR moves everything (state, run and cache below it), so that an engine can have a state of its own;
 *  NARU_CACHE_DIR moves the cache alone. */
export function resolvePaths(env: NodeJS.ProcessEnv = process.env): Paths {
  const home = env.HOME ?? homedir()
  const kubeconfig = env.KUBECONFIG?.split(':').find((path) => path !== '') ?? join(home, '.kube', 'config')
  if (env.NARU_STATE_DIR) {
    const stateDir = env.NARU_STATE_DIR
    return {
      stateDir,
      runDir: join(stateDir, 'run'),
      cacheDir: env.NARU_CACHE_DIR || join(stateDir, 'cache'),
      kubeconfig,
    }
  }
  if (userInfo().uid === 0)
    return {
      stateDir: '/var/lib/naru',
      runDir: '/run/naru',
      cacheDir: env.NARU_CACHE_DIR || '/var/cache/naru',
      kubeconfig,
    }
  const stateDir = join(env.XDG_STATE_HOME ?? join(home, '.local', 'state'), 'naru')
  return {
    stateDir,
    runDir: env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'naru') : join(stateDir, 'run'),
    cacheDir: env.NARU_CACHE_DIR || join(env.XDG_CACHE_HOME ?? join(home, '.cache'), 'naru'),
    kubeconfig,
  }
}
