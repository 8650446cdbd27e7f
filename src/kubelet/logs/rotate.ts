/** Keeps logs small: a file past 10 MiB is renamed and the runtime goes on in a new one; five files are kept for each
 *  container. Source of the numbers: kubelet's containerLogMaxSize, containerLogMaxFiles (v1.34). */
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { POD_NAME_LABEL, POD_NAMESPACE_LABEL, containerLogPath, podLogDirectory } from '../pod/names.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { rotatedFiles } from './rotated-files.ts'

export interface RotationOptions {
  runtime: ContainerRuntime
  logsDir: string
  clock: Clock
  logger: Logger
  maxBytes?: number
  maxFiles?: number
}

export const MAX_BYTES = 10 << 20
export const MAX_FILES = 5
export const INTERVAL_MS = 10_000

/** Looks at every running container's log once. */
export async function rotateLogs(options: RotationOptions): Promise<void> {
  const { runtime, logsDir, clock } = options
  for (const { id, name, attempt, state, labels } of await runtime.listContainers()) {
    if (state !== 'running') continue
    const pod = {
      uid: labels[POD_UID_LABEL] ?? '',
      name: labels[POD_NAME_LABEL] ?? '',
      namespace: labels[POD_NAMESPACE_LABEL] ?? '',
    }
    const path = join(podLogDirectory(logsDir, pod), containerLogPath(name, attempt))
    const size = (await stat(path).catch(() => undefined))?.size ?? 0
    if (size < (options.maxBytes ?? MAX_BYTES)) continue
    const stamp = new Date(clock.now()).toISOString().replace(/[-:]/g, '')
    const rotated = `${path}.${stamp}`
    await rename(path, rotated)
    try {
      await runtime.reopenLog(id)
    } catch (error) {
      // The container still writes to the renamed file: put it back.
      await rename(rotated, path)
      throw error
    }
    const old = await rotatedFiles(path)
    const surplus = old.length - ((options.maxFiles ?? MAX_FILES) - 1)
    for (const file of old.slice(0, Math.max(0, surplus))) await rm(join(file), { force: true })
  }
}

export async function runLogRotation(options: RotationOptions & { signal: AbortSignal }): Promise<void> {
  while (!options.signal.aborted) {
    await options.clock.sleep(INTERVAL_MS, options.signal)
    if (options.signal.aborted) return
    await rotateLogs(options).catch((error: unknown) =>
      options.logger.debug({ error: errorMessage(error) }, 'logs cannot be rotated'),
    )
  }
}
