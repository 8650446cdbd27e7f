/** Leaves no trace of the containers: works with containerd running, dead, or killed with everything else (shims, mounts
 *  and control groups left behind). Used by `naru down --purge`. */
import { readdir, readFile, readlink, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type Clock,
  errorMessage,
  identifyProcess,
  type Logger,
  type ProcessIdentity,
  removeFolder,
  removeIfEmpty,
} from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { openCriRuntime } from '../cri/runtime.ts'
import { unmountAll } from '../volumes/mount-table.ts'
import { findDaemon, startDaemon, stopProcess, waitForSocket } from './daemon.ts'
import { removeNetns } from './netns.ts'
import { cgroupRootOf, containerdPaths } from './paths.ts'
import { findShims, killShim, removeDeadSockets, removingShimSockets } from './shims.ts'

export interface PurgeOptions {
  stateDir: string
  runDir: string
  logger: Logger
  clock: Clock
  /** As given to `openContainerd`. */
  cgroupRoot?: string
}

const START_TIMEOUT_MS = 15_000
/** How often what is killed is looked for again. */
const ROUNDS = 20
/** Where shims and runc keep what they have, whichever containerd they are of; inner folders first. Not what they are in:
 *  to remove a folder takes away what is mounted on it in other mount namespaces. Source: mount_namespaces(7). */
const SHARED = ['/run/containerd/runc/k8s.io', '/run/containerd/runc', '/run/containerd/s']

/** Idempotent. What cannot be removed is logged and does not stop the rest. */
export async function purgeContainerd(options: PurgeOptions): Promise<void> {
  const { clock, logger } = options
  const paths = containerdPaths(options)
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    await work().catch((error: unknown) => logger.warn({ what, error: errorMessage(error) }, 'purge step failed'))
  }
  const leftovers = await taskLeftovers(paths.state)
  let daemon = await findDaemon(paths)
  if (daemon === undefined && leftovers.length > 0)
    // Only through containerd are the network plugins told to take back what they gave (port mappings, addresses).
    await attempt('containerd', async () => {
      daemon = await startDaemon(paths, 'containerd')
      await waitForSocket(paths, daemon, { clock, timeoutMs: START_TIMEOUT_MS })
    })
  if (daemon !== undefined) {
    await attempt('sandboxes', () => removeSandboxes(paths.socket, options))
    await stopProcess(daemon, { clock, graceMs: 10_000 })
  }
  const namespaces = await netnsOf(paths.state)
  // What the daemon did not end, or nobody could ask it to: shims, and the processes of their containers.
  const cgroupRoot = options.cgroupRoot ?? cgroupRootOf(options.stateDir)
  await attempt('shims', () => killShims(paths.socket, clock))
  await attempt('sockets', () => removeDeadSockets())
  await attempt('containers', () => killAll(() => processesBelow(cgroupRoot), clock))
  const ours = [join(options.stateDir, 'containerd'), join(options.runDir, 'containerd')]
  for (const path of [options.stateDir, options.runDir]) await attempt(`mounts in ${path}`, () => unmountAll(path))
  for (const name of namespaces) await attempt(`netns ${name}`, () => removeOldNetns(name))
  await attempt('cgroups', () => removeCgroups(cgroupRoot))
  for (const path of leftovers) await attempt(path, () => rm(path, { recursive: true, force: true }))
  for (const path of ours) await attempt(path, () => removeFolder(path))
  for (const path of SHARED) await attempt(path, () => removeIfEmpty(path))
}

async function removeSandboxes(socketPath: string, { clock }: PurgeOptions): Promise<void> {
  await using cri = await openCriRuntime({ socketPath, clock, cgroupRoot: '' })
  const runtime = removingShimSockets(cri, socketPath)
  // The CRI service answers a moment after the socket is there.
  const deadline = clock.now() + START_TIMEOUT_MS
  let sandboxes = await runtime.listSandboxes().catch(() => undefined)
  while (sandboxes === undefined && clock.now() < deadline) {
    await clock.sleep(50)
    sandboxes = await runtime.listSandboxes().catch(() => undefined)
  }
  if (sandboxes === undefined) throw new RuntimeError('Unavailable', `containerd at ${socketPath} does not answer`)
  for (let index = 0; index < sandboxes.length; index += 8)
    await Promise.all(
      sandboxes.slice(index, index + 8).map(async ({ id }) => {
        await runtime.stopSandbox(id)
        await runtime.removeSandbox(id)
      }),
    )
}

/** Directories of the group in each hierarchy of this machine (one in v2, one for each controller in v1). */
async function cgroupDirectories(cgroup: string): Promise<string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  const roots = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, path = '']) => join(path, cgroup))
  const found: string[] = []
  for (const root of roots) {
    const children = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined)
    if (children === undefined) continue
    const below = children.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
    found.push(root, ...below)
  }
  return found
}

async function processesBelow(cgroup: string): Promise<ProcessIdentity[]> {
  const pids = new Set<number>()
  for (const directory of await cgroupDirectories(cgroup)) {
    const text = await readFile(join(directory, 'cgroup.procs'), 'utf8').catch(() => '')
    for (const line of text.split('\n')) if (line !== '') pids.add(Number(line))
  }
  return [...pids].flatMap((pid) => identifyProcess(pid) ?? []).filter(({ pid }) => pid !== process.pid)
}

/** With their sockets, until there are none: one may be starting. */
async function killShims(socketPath: string, clock: Clock): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const shims = await findShims(socketPath)
    if (shims.length === 0) return
    for (const shim of shims) await killShim(shim, socketPath)
    await clock.sleep(50)
  }
}

/** Kills until there are none: a process may start another while it is being killed. */
async function killAll(find: () => Promise<ProcessIdentity[]>, clock: Clock): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const alive = await find()
    if (alive.length === 0) return
    for (const { pid } of alive) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Gone in the meantime.
      }
    }
    await clock.sleep(50)
  }
}

/** containerd v1.6 and runc keep these outside of the state directory: a shim's socket, and runc's own record of each
 *  container. */
async function taskLeftovers(state: string): Promise<string[]> {
  const tasks = join(state, 'io.containerd.runtime.v2.task', 'k8s.io')
  const found: string[] = []
  for (const id of await readdir(tasks).catch(() => [])) {
    found.push(join('/run/containerd/runc/k8s.io', id))
    const address = await readFile(join(tasks, id, 'address'), 'utf8').catch(() => '')
    if (address.startsWith('unix:///run/containerd/s/')) found.push(address.slice('unix://'.length))
  }
  return found
}

/** Where containerd has them unless it is told otherwise, as an earlier engine did not. */
const NETNS_DIR = '/run/netns'

/** The network namespaces our sandboxes' specifications name, read before the state is removed. */
async function netnsOf(state: string): Promise<string[]> {
  const tasks = join(state, 'io.containerd.runtime.v2.task', 'k8s.io')
  const names = new Set<string>()
  for (const id of await readdir(tasks).catch(() => [])) {
    const text = await readFile(join(tasks, id, 'config.json'), 'utf8').catch(() => '')
    const name = /"path":\s*"(?:\/var)?\/run\/netns\/(cni-[0-9a-f-]+)"/.exec(text)?.[1]
    if (name !== undefined) names.add(name)
  }
  return [...names]
}

async function removeOldNetns(name: string): Promise<void> {
  const path = join(NETNS_DIR, name)
  if ((await readlink(path).catch(() => undefined)) === undefined) await removeNetns(path)
}

/** Deepest first: a control group with children cannot be removed. */
async function removeCgroups(cgroup: string): Promise<void> {
  const directories = await cgroupDirectories(cgroup)
  directories.sort((a, b) => b.length - a.length)
  for (const directory of directories) await rmdir(directory).catch(() => {})
  // The group above goes with the last engine that has containers in it.
  const parents = new Set(directories.filter((path) => path.endsWith(cgroup)).map((path) => dirname(path)))
  if (dirname(cgroup) !== '/') for (const parent of parents) await rmdir(parent).catch(() => {})
}
