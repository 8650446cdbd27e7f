/** The files by which the engine, the edge and the CLI know of each other. */
import { join } from 'node:path'
import type { Paths } from '../lib/index.ts'

export function engineFiles(paths: Paths) {
  return {
    /** User's settings and the ports last used; survives restarts. */
    settings: join(paths.stateDir, 'config.json'),
    lock: join(paths.stateDir, 'engine.lock'),
    store: join(paths.stateDir, 'store.sqlite'),
    certificates: join(paths.stateDir, 'certificates'),
    /** The authority of the certificates that apps are shown with; not the cluster's. */
    hostAuthority: join(paths.stateDir, 'certificates', 'hosts'),
    adminKubeconfig: join(paths.stateDir, 'admin.kubeconfig'),
    /** CNI leases, former kernel settings. */
    networkDir: join(paths.stateDir, 'network'),
    /** A directory for each volume of the class `local-path`. */
    volumesDir: join(paths.stateDir, 'volumes'),
    registryDir: join(paths.stateDir, 'registry'),
    registryPassword: join(paths.stateDir, 'registry', 'password'),
    logs: join(paths.stateDir, 'logs'),
    auditLog: join(paths.stateDir, 'logs', 'audit.log'),
    /** Present exactly while an engine runs and is ready; see EngineInfo. */
    engineInfo: join(paths.runDir, 'engine.json'),
    /** How long pods may take to end, by who stops the engine. */
    stopRequest: join(paths.runDir, 'stop-request.json'),
    /** Present while pods end; see Stopping. */
    stopping: join(paths.runDir, 'stopping.json'),
    engineFailure: join(paths.runDir, 'engine-failure.json'),
    edgeConfig: join(paths.stateDir, 'edge.json'),
    edgeInfo: join(paths.runDir, 'edge.json'),
    edgeFailure: join(paths.runDir, 'edge-failure.json'),
  }
}

export type EngineFiles = ReturnType<typeof engineFiles>
