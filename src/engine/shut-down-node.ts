/** Ends the pods before the engine does: how long that may take is what `naru down` asks for in a file, and how far it
 *  is, is what it reads in another. */
import { readFile, rm } from 'node:fs/promises'
import type { Client } from '../client/index.ts'
import type { Kubelet, ShutdownProgress } from '../kubelet/index.ts'
import { type Clock, errorMessage, type Logger, writeFileAtomically } from '../lib/index.ts'
import type { EngineFiles } from './files.ts'
import { untilRoutedAway } from './routed-away.ts'

/** As a kubelet with shutdownGracePeriod 40s, shutdownGracePeriodCriticalPods 10s: the 30 s that pods have where they
 *  do not say otherwise, and then those without which there is no cluster. */
const DEFAULT_GRACE_MS = 40_000

/** What `<runDir>/stopping.json` says while pods end. */
export interface Stopping extends ShutdownProgress {
  graceMs: number
}

export interface ShutDownNodeOptions {
  kubelet: Kubelet
  files: EngineFiles
  /** May list EndpointSlices. */
  client: Client
  clock: Clock
  logger: Logger
  /** Aborts when pods are to have no more time. */
  hurry: AbortSignal
}

/** Resolves when the pods have ended, or could not be ended: the engine stops all the same. */
export async function shutDownNode(options: ShutDownNodeOptions): Promise<void> {
  const { kubelet, files, client, clock, logger, hurry } = options
  const graceMs = (await requestedGraceMs(files)) ?? DEFAULT_GRACE_MS
  let written = Promise.resolve()
  const tell = (progress: ShutdownProgress) => {
    const stopping: Stopping = { graceMs, ...progress }
    written = written
      .then(() => writeFileAtomically(files.stopping, JSON.stringify(stopping)))
      .catch((error: unknown) => logger.warn({ error: errorMessage(error) }, 'progress cannot be told'))
  }
  try {
    logger.info({ graceMs }, 'pods stop')
    await kubelet.shutDown({
      graceMs,
      hurry,
      routedAway: (podUids, signal) => untilRoutedAway(client, podUids, { clock, signal }),
      onProgress: tell,
    })
  } catch (error) {
    logger.error({ error: errorMessage(error) }, 'pods cannot be stopped gracefully')
  } finally {
    await written
    await forgetShutdown(files)
  }
}

/** What an engine that was killed while it stopped has left. */
export async function forgetShutdown(files: EngineFiles): Promise<void> {
  await rm(files.stopRequest, { force: true })
  await rm(files.stopping, { force: true })
}

/** Undefined where nobody asked: the engine was told to stop by its signal alone. */
async function requestedGraceMs(files: EngineFiles): Promise<number | undefined> {
  try {
    const { graceMs } = JSON.parse(await readFile(files.stopRequest, 'utf8')) as { graceMs?: unknown }
    return typeof graceMs === 'number' && graceMs >= 0 ? graceMs : undefined
  } catch {
    return undefined
  }
}
