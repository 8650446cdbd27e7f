/** What the running engine says of itself in `<runDir>/engine.json`. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, type Paths, type ProcessIdentity } from '../../lib/index.ts'

/** Written by the engine, atomically, when it is ready. */
export interface EngineInfo extends ProcessIdentity {
  version: string
  /** `https://127.0.0.1:6443` */
  apiUrl: string
  runtime: 'containerd' | 'process'
  isolation: 'containers' | 'none'
  /** `secureUrl` is that of HTTPS; one that runs since before there was any has none. */
  gateway: { host: string; port: number; url: string; secureUrl?: string }
  /** `host:port` of the engine's own image registry. */
  registry: { address: string }
  /** RFC 3339. */
  startedAt: string
}

/** The engine that is ready now; undefined when none is. What a dead engine left behind does not count. */
export async function readEngine(paths: Paths): Promise<EngineInfo | undefined> {
  const info = await readJson<EngineInfo>(join(paths.runDir, 'engine.json'))
  return info !== undefined && isAlive(info) ? info : undefined
}

/** Whether an engine, which none lives now, ended without saying goodbye: it takes its files with it when it stops by
 *  itself. */
export async function wasKilled(paths: Paths): Promise<boolean> {
  const info = await readJson<EngineInfo>(join(paths.runDir, 'engine.json'))
  return (info !== undefined && !isAlive(info)) || (await readStopping(paths)) !== undefined
}

/** The process that holds the engine's lock: one that is ready, still starting, or stopping. */
export async function readLockHolder(paths: Paths): Promise<ProcessIdentity | undefined> {
  const holder = await readJson<ProcessIdentity>(join(paths.stateDir, 'engine.lock'))
  return holder !== undefined && isAlive(holder) ? holder : undefined
}

/** What an engine says while its pods end, in `<runDir>/stopping.json`. */
export interface Stopping {
  /** What there is for all of them. */
  graceMs: number
  pods: number
  left: number
}

/** Undefined when no pods are being ended. */
export const readStopping = (paths: Paths): Promise<Stopping | undefined> =>
  readJson<Stopping>(join(paths.runDir, 'stopping.json'))

/** The edge process (gateway and DNS), which may live without the engine. */
export async function readEdge(paths: Paths): Promise<ProcessIdentity | undefined> {
  const edge = await readJson<ProcessIdentity>(join(paths.runDir, 'edge.json'))
  return edge !== undefined && isAlive(edge) ? edge : undefined
}

/** Undefined for a file that is not there or torn: whoever writes these writes them whole. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch {
    return undefined
  }
}
