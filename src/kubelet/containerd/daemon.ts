/** One containerd process: found again by pid and start time, started detached, waited for, stopped. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename } from 'node:path'
import { type Clock, identifyProcess, isAlive, type ProcessIdentity, writeFileAtomically } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { findProcesses } from '../find-processes.ts'
import type { ContainerdPaths } from './paths.ts'

/** The containerd that an earlier engine started and that still lives, also where that was killed before it had written
 *  down which: a second one would wait for the first one's database for ever. */
export async function findDaemon(paths: ContainerdPaths): Promise<ProcessIdentity | undefined> {
  const noted = await readFile(paths.pidFile, 'utf8')
    .then((text) => JSON.parse(text) as ProcessIdentity)
    .catch(() => undefined)
  if (noted !== undefined && isAlive(noted)) return noted
  const [found] = await findProcesses((words) => {
    const flag = words.indexOf('--config')
    return flag > 0 && words[flag + 1] === paths.config && basename(words[flag - 1] ?? '') === 'containerd'
  })
  return found
}

export async function startDaemon(paths: ContainerdPaths, binary: string): Promise<ProcessIdentity> {
  // A socket left by a killed daemon would be taken for a living one.
  await rm(paths.socket, { force: true })
  const log = await open(paths.log, 'a', 0o600)
  try {
    const child = spawn(binary, ['--config', paths.config, '--log-level', 'warn'], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
    })
    await once(child, 'spawn')
    child.unref()
    const identity = identifyProcess(child.pid as number)
    if (identity === undefined) throw new RuntimeError('Unavailable', `containerd ended at once: see ${paths.log}`)
    await writeFileAtomically(paths.pidFile, JSON.stringify(identity))
    return identity
  } catch (error) {
    if (error instanceof RuntimeError) throw error
    throw new RuntimeError('Unavailable', `cannot start ${binary}`, { cause: error })
  } finally {
    await log.close()
  }
}

const POLL_MS = 10

/** Resolves when containerd takes connections on its socket. */
export async function waitForSocket(
  paths: ContainerdPaths,
  daemon: ProcessIdentity,
  options: { clock: Clock; timeoutMs: number },
): Promise<void> {
  const deadline = options.clock.now() + options.timeoutMs
  while (!(await accepts(paths.socket))) {
    if (!isAlive(daemon))
      throw new RuntimeError('Unavailable', `containerd ended while starting: ${await lastLine(paths.log)}`)
    if (options.clock.now() > deadline)
      throw new RuntimeError('Unavailable', `containerd took longer than ${options.timeoutMs} ms: see ${paths.log}`)
    await options.clock.sleep(POLL_MS)
  }
}

const accepts = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })

async function lastLine(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').at(-1) || `nothing in ${path}`
}

/** SIGTERM, then SIGKILL after `graceMs`. Containers go on: their shims hold them. */
export async function stopProcess(
  identity: ProcessIdentity,
  options: { clock: Clock; graceMs: number },
): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(identity)) return
    try {
      process.kill(identity.pid, signal)
    } catch {
      return
    }
    const deadline = options.clock.now() + options.graceMs
    while (isAlive(identity) && options.clock.now() < deadline) await options.clock.sleep(POLL_MS)
  }
}
