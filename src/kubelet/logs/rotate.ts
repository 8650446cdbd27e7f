/** Keeps logs small: a file past 10 MiB is renamed and the runtime goes on in a new one; five files are kept for each
 *  container. Source of the numbers: kubelet's containerLogMaxSize, containerLogMaxFiles (v1.34). */
import { link, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, errorMessage, hasErrno, type Logger } from '../../lib/index.ts'
import { POD_NAME_LABEL, POD_NAMESPACE_LABEL, containerLogPath, podLogDirectory } from '../pod/names.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import type { Container, ContainerRuntime } from '../runtime/runtime.ts'
import { rotatedFiles } from './rotated-files.ts'

export interface RotationOptions {
  runtime: Pick<ContainerRuntime, 'listContainers' | 'reopenLog'>
  logsDir: string
  clock: Clock
  logger: Logger
  maxBytes?: number
  maxFiles?: number
}

export const MAX_BYTES = 10 << 20
export const MAX_FILES = 5
export const INTERVAL_MS = 10_000

/** Looks at every running container's log once. One that cannot be rotated keeps no other from it; throws AggregateError with
 *  why. */
export async function rotateLogs(options: RotationOptions): Promise<void> {
  const failures: unknown[] = []
  for (const container of await options.runtime.listContainers())
    if (container.state === 'running')
      await rotateLog(options, container).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(errorMessage).join('; '))
}

async function rotateLog(options: RotationOptions, { id, name, attempt, labels }: Container): Promise<void> {
  const { runtime, logsDir, clock, maxBytes = MAX_BYTES, maxFiles = MAX_FILES } = options
  const pod = {
    uid: labels[POD_UID_LABEL] ?? '',
    name: labels[POD_NAME_LABEL] ?? '',
    namespace: labels[POD_NAMESPACE_LABEL] ?? '',
  }
  const path = join(podLogDirectory(logsDir, pod), containerLogPath(name, attempt))
  const found = await stat(path).catch(() => undefined)
  // Somebody took it away, or we were killed in the middle of this: the container writes to a file that has another name, or
  // none, and grows without end.
  if (found === undefined) return runtime.reopenLog(id)
  if (found.size < maxBytes) return
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]/g, '')
  const rotated = `${path}.${stamp}`
  await rename(path, rotated)
  try {
    await runtime.reopenLog(id)
  } catch (error) {
    await putBack(rotated, path)
    throw error
  }
  const old = await rotatedFiles(path)
  const surplus = old.length - (maxFiles - 1)
  for (const file of old.slice(0, Math.max(0, surplus))) await rm(file, { force: true })
}

/** The container still writes to the renamed file, unless there is a new one: then only the answer was lost. */
async function putBack(rotated: string, path: string): Promise<void> {
  try {
    await link(rotated, path)
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return
    throw error
  }
  await rm(rotated)
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
