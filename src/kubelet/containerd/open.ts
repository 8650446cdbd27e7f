/** Our own containerd: configured, started or adopted, watched over, stopped. */
import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type Clock,
  errorMessage,
  isAlive,
  type Logger,
  type ProcessIdentity,
  writeFileAtomically,
} from '../../lib/index.ts'
import { openCriRuntime } from '../cri/runtime.ts'
import { RuntimeError } from '../errors.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { containerdConfigToml, hostsToml } from './config.ts'
import { findDaemon, startDaemon, stopProcess, waitForSocket } from './daemon.ts'
import { hasOverlayfs, hasSysResource, ociArchitecture } from './machine.ts'
import { cgroupRootOf, containerdPaths } from './paths.ts'
import { namespacesOf } from './netns.ts'
import { PAUSE_IMAGE, pauseImageArchive } from './pause-image.ts'
import { networksOf, type SandboxNetworks } from './sandbox-networks.ts'
import { runSweeps, type Sweep } from './run-sweeps.ts'
import { noteStarts } from './starts-under-way.ts'
import { removingShimSockets, shimsOf } from './shims.ts'
import { type Belongings, Sweeper } from './sweeper.ts'

export interface ContainerdOptions {
  stateDir: string
  runDir: string
  /** The first directory with the plugins counts; the configuration in `confDir` is the network's to write. */
  cni: { binDirs: readonly string[]; confDir: string }
  /** What sandboxes have of the network: taken back from those that a killed containerd made and forgot. */
  sandboxNetworks?: SandboxNetworks | undefined
  /** Images named `host/…` come from `address`, an origin such as `http://127.0.0.1:5000`. */
  registry: { host: string; address: string }
  logger: Logger
  clock: Clock
  /** Control group containers are made below; left out: one of this state directory's own. */
  cgroupRoot?: string
  /** Programs; left out: found by PATH. */
  binaries?: { containerd?: string; ctr?: string }
}

export interface Containerd extends AsyncDisposable {
  readonly runtime: ContainerRuntime
  readonly socketPath: string
  /** Starts containerd again whenever it dies, with back-off, and clears away what killed sandboxes left, until `signal`
   *  aborts. */
  run(options: { signal: AbortSignal }): Promise<void>
  /** Ends containerd itself; containers go on under their shims and are found again at the next start. */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 30_000
const STOP_GRACE_MS = 10_000
const WATCH_INTERVAL_MS = 500
const LONGEST_BACKOFF_MS = 30_000

/** Resolves when containerd answers. Disposing closes the connection and leaves containerd running; `stop` ends it.
 *  Throws RuntimeError `Unavailable` when it cannot be started. */
export async function openContainerd(options: ContainerdOptions): Promise<Containerd> {
  const { clock } = options
  const logger = options.logger.child({ component: 'containerd' })
  const paths = containerdPaths(options)
  const cgroupRoot = options.cgroupRoot ?? cgroupRootOf(options.stateDir)
  const snapshotter = hasOverlayfs() ? 'overlayfs' : 'native'
  await mkdir(join(options.runDir, 'containerd'), { recursive: true, mode: 0o711 })
  await mkdir(paths.root, { recursive: true, mode: 0o711 })
  await mkdir(options.cni.confDir, { recursive: true })
  await writeFileAtomically(
    paths.config,
    containerdConfigToml({
      root: paths.root,
      state: paths.state,
      socketPath: paths.socket,
      certsDir: paths.certs,
      cni: { binDir: options.cni.binDirs[0] ?? '/opt/cni/bin', confDir: options.cni.confDir },
      sandboxImage: PAUSE_IMAGE,
      snapshotter,
      restrictOomScoreAdj: !hasSysResource(),
    }),
  )
  // Read at each pull: a registry that moved to another port needs no restart of containerd.
  await writeFileAtomically(join(paths.certs, options.registry.host, 'hosts.toml'), hostsToml(options.registry.address))

  let daemon: ProcessIdentity | undefined
  async function ensureRunning(): Promise<ProcessIdentity> {
    const found = await findDaemon(paths)
    const identity = found ?? (await startDaemon(paths, options.binaries?.containerd ?? 'containerd'))
    logger.info({ pid: identity.pid, adopted: found !== undefined }, 'containerd runs')
    await waitForSocket(paths, identity, { clock, timeoutMs: START_TIMEOUT_MS })
    return identity
  }

  async function importPauseImage(runtime: ContainerRuntime): Promise<void> {
    const present = await retryWhileStarting(() => runtime.imageStatus(PAUSE_IMAGE), clock)
    if (present !== undefined) return
    const architecture = ociArchitecture()
    if (architecture === undefined)
      throw new RuntimeError('Unavailable', `no pause program for the processor ${process.arch}`)
    const archive = join(options.runDir, 'containerd', 'pause.tar')
    await writeFileAtomically(archive, await pauseImageArchive(architecture))
    try {
      const ctr = options.binaries?.ctr ?? 'ctr'
      const flags = [
        '--address',
        paths.socket,
        '--namespace',
        'k8s.io',
        'images',
        'import',
        '--snapshotter',
        snapshotter,
      ]
      await promisify(execFile)(ctr, [...flags, archive], { timeout: START_TIMEOUT_MS })
    } catch (error) {
      throw new RuntimeError('Unavailable', 'cannot import the pause image with ctr', { cause: error })
    } finally {
      await rm(archive, { force: true })
    }
  }

  daemon = await ensureRunning()
  await using stack = new AsyncDisposableStack()
  const cri = stack.use(await openCriRuntime({ socketPath: paths.socket, cgroupRoot, clock }))
  const { runtime, starts } = noteStarts(removingShimSockets(cri, paths.socket))
  await importPauseImage(runtime)
  const sweep = (what: string, things: Belongings): Sweep => ({ what, sweeper: new Sweeper(things, starts) })
  const networks = options.sandboxNetworks
  const sweeps = [
    ...(networks ? [sweep('networks', networksOf(runtime, networks))] : []),
    sweep('namespaces', namespacesOf(runtime, paths.netns)),
    sweep('shims', shimsOf(runtime, paths.socket)),
  ]
  const open = stack.move()

  let restarts = 0
  async function keepRunning(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      await clock.sleep(WATCH_INTERVAL_MS, signal)
      if (signal.aborted) continue
      try {
        if (daemon !== undefined && isAlive(daemon)) continue
        logger.warn({}, 'containerd died; starting it again')
        daemon = await ensureRunning()
        restarts += 1
        failures = 0
      } catch (error) {
        failures += 1
        logger.error({ error: errorMessage(error) }, 'containerd cannot be started')
        await clock.sleep(Math.min(WATCH_INTERVAL_MS * 2 ** failures, LONGEST_BACKOFF_MS), signal)
      }
    }
  }

  return {
    runtime,
    socketPath: paths.socket,
    async run({ signal }) {
      await Promise.all([
        keepRunning(signal),
        runSweeps(sweeps, { upsets: () => restarts + starts.failed(), clock, logger, signal }),
      ])
    },
    async stop() {
      await open.disposeAsync()
      const running = await findDaemon(paths)
      if (running !== undefined) await stopProcess(running, { clock, graceMs: STOP_GRACE_MS })
      await rm(paths.pidFile, { force: true })
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** containerd opens its socket a moment before its CRI service answers. */
async function retryWhileStarting<T>(attempt: () => Promise<T>, clock: Clock): Promise<T> {
  const deadline = clock.now() + START_TIMEOUT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (clock.now() > deadline) throw error
      await clock.sleep(20)
    }
  }
}
