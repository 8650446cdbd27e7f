/** The edge (gateway and cluster DNS) as a process of its own: it goes on serving when the engine dies. The engine
 *  adopts a living edge whose configuration is the wanted one, replaces one whose is not, and brings a dead one back. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { openSync, closeSync, mkdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostAuthority } from '../certificates/index.ts'
import {
  type Clock,
  errorMessage,
  identifyProcess,
  isAlive,
  type Logger,
  type ProcessIdentity,
  programPath,
  writeFileAtomically,
} from '../lib/index.ts'
import { EngineFailure } from './failure.ts'
import type { EngineFiles } from './files.ts'

/** What the edge is told, in a file only its user can read. */
export interface EdgeConfig extends EdgeWish {
  /** Names this configuration, so that the engine knows whether a living edge has it. */
  hash: string
  /** Where the edge says that it is ready. */
  infoPath: string
}

/** Where the API is, whom to trust, and as whom to come. */
export interface ApiConnection {
  server: string
  caPem: string
  certPem: string
  keyPem: string
}

export interface EdgeWish {
  api: ApiConnection
  gateway: {
    host: string
    port: number
    accessLog: string
    sourceAddress?: string | undefined
    /** HTTPS, with the keys that its certificates are made with. */
    secure: { port: number; authority: HostAuthority }
  }
  /** Left out on the process runtime, which has no cluster network. */
  dns?: { address: string; port: number; clusterDomain: string; clusterIP: string } | undefined
}

/** What a ready edge says of itself. */
export interface EdgeInfo extends ProcessIdentity {
  configHash: string
  gatewayPort: number
  /** Of HTTPS. */
  securePort: number | undefined
}

export interface EdgeProcessOptions {
  files: EngineFiles
  clock: Clock
  logger: Logger
}

const EDGE = programPath('engine/edge')
/** A young generation that may grow to 16 MB under load: with one of 4 MB, what a hundred requests hold at once survives
 *  it and is copied, for a tenth of the CPU a request. It costs 4 MB after a load and nothing before. */
const EDGE_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16']
const START_TIMEOUT_MS = 15_000
const STOP_TIMEOUT_MS = 15_000

/** The edge that serves now, if there is one. */
export async function livingEdge(files: EngineFiles): Promise<EdgeInfo | undefined> {
  const info = await readJson<EdgeInfo>(files.edgeInfo)
  return info !== undefined && isAlive(info) ? info : undefined
}

/** Makes sure that an edge as wished serves. Throws EngineFailure `edgeFailed` with the edge's own words. */
export async function ensureEdge(wish: EdgeWish, options: EdgeProcessOptions): Promise<EdgeInfo> {
  const { files } = options
  const hash = createHash('sha256').update(JSON.stringify(wish)).digest('hex')
  const living = await livingEdge(files)
  if (living?.configHash === hash) return living
  if (living !== undefined) await stopEdge(options)
  const config: EdgeConfig = { ...wish, hash, infoPath: files.edgeInfo }
  await writeFileAtomically(files.edgeConfig, JSON.stringify(config))
  await rm(files.edgeFailure, { force: true })
  const pid = await spawnEdge(options)
  const deadline = options.clock.now() + START_TIMEOUT_MS
  for (;;) {
    const info = await livingEdge(files)
    if (info?.pid === pid) return info
    if (identifyProcess(pid) === undefined || options.clock.now() > deadline) {
      const failure = await readJson<{ message: string }>(files.edgeFailure)
      throw new EngineFailure(
        'edgeFailed',
        failure?.message ?? 'the gateway process ended before it was ready',
        `Its log is ${join(files.logs, 'edge.log')}.`,
      )
    }
    await options.clock.sleep(20)
  }
}

/** Looks after the edge until `signal` aborts; leaves it running then. */
export async function keepEdge(wish: EdgeWish, options: EdgeProcessOptions & { signal: AbortSignal }): Promise<void> {
  const { clock, logger, signal } = options
  while (!signal.aborted) {
    try {
      const before = await livingEdge(options.files)
      const edge = await ensureEdge(wish, options)
      if (before?.pid !== edge.pid) logger.info({ pid: edge.pid }, 'edge serves')
      while (!signal.aborted && isAlive(edge)) await clock.sleep(250, signal)
    } catch (error) {
      logger.error({ error: String(error) }, 'edge does not start, will try again')
      await clock.sleep(1000, signal)
    }
  }
}

/** Asks the edge to finish its requests and end; ends it after a while if it does not. */
export async function stopEdge({ files, clock }: Pick<EdgeProcessOptions, 'files' | 'clock'>): Promise<void> {
  const living = await livingEdge(files)
  if (living !== undefined) {
    process.kill(living.pid, 'SIGTERM')
    const deadline = clock.now() + STOP_TIMEOUT_MS
    while (isAlive(living) && clock.now() < deadline) await clock.sleep(20)
    if (isAlive(living)) process.kill(living.pid, 'SIGKILL')
  }
  await rm(files.edgeInfo, { force: true })
}

/** Instead of a configuration: the edge loads its modules, for the compile cache, and ends. */
export const WARM = '--warm'

/** Resolves when the edge's modules are in Node's compile cache, or cannot be. The cache is kept per set of flags, so
 *  it takes a process with the edge's own. */
export function warmEdge(): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...EDGE_FLAGS, EDGE, WARM], {
      stdio: 'ignore',
    })
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}

/** Resolves to its pid. Throws EngineFailure `edgeFailed` when there can be no such process: Node may be gone, say. */
async function spawnEdge({ files }: EdgeProcessOptions): Promise<number> {
  mkdirSync(files.logs, { recursive: true })
  const log = openSync(join(files.logs, 'edge.log'), 'a', 0o600)
  try {
    const child = spawn(process.execPath, [...EDGE_FLAGS, EDGE, files.edgeConfig], {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    })
    await once(child, 'spawn')
    child.unref()
    return child.pid as number
  } catch (error) {
    throw new EngineFailure(
      'edgeFailed',
      `the gateway process cannot be started: ${errorMessage(error)}`,
      'Run naru down, then naru up.',
      { cause: error },
    )
  } finally {
    closeSync(log)
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch {
    return undefined
  }
}
