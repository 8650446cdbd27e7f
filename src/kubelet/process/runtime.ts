/** `ContainerRuntime` without containers: an image's own files run as processes of the host, with the host's network,
 *  files and user. No isolation and no resource limits; the node says so. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, mkdir, rename, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { type Clock, errorMessage, isAlive, type Logger } from '../../lib/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import { RuntimeError } from '../errors.ts'
import type {
  Container,
  ContainerRuntime,
  ContainerStatus,
  ExecResult,
  ListFilter,
  Mount,
  RegistryCredentials,
} from '../runtime/runtime.ts'
import { RELIST_INTERVAL_MS } from '../runtime/runtime.ts'
import { portVariable, type ProcessSpec, processSpec } from './command.ts'
import { type Forwarder, freePort, openForwarder } from './forwarder.ts'
import { allocateLoopback } from './loopback.ts'
import { ImageStore, toImage } from './image-store.ts'
import { openLogPumps } from './log-pumps.ts'
import { type ContainerRecord, Records, type SandboxRecord } from './records.ts'
import { findProgram, signalGroup, startSupervised } from './supervisor.ts'

export interface ProcessRuntimeOptions {
  stateDir: string
  /** The one registry images come from. Read at each pull. */
  registry: { host: string; address: string }
  logger: Logger
  clock: Clock
}

const POLL_MS = 20
const newId = () => randomBytes(32).toString('hex')

/** Pods of an earlier run are found again: their processes go on, their addresses answer again. */
export async function openProcessRuntime(options: ProcessRuntimeOptions): Promise<ContainerRuntime> {
  const { clock, logger } = options
  const root = join(options.stateDir, 'process')
  await mkdir(root, { recursive: true, mode: 0o700 })
  const records = new Records(root)
  const images = new ImageStore(join(root, 'images'))
  const forwarders = new Map<string, Forwarder[]>()
  const sandboxes = new Map<string, SandboxRecord>()
  const listeners = new Set<() => void>()
  const starting = new Map<string, Promise<void>>()
  const changed = () => {
    for (const listener of listeners) listener()
  }

  async function openPorts(sandbox: SandboxRecord): Promise<void> {
    const open: Forwarder[] = []
    forwarders.set(sandbox.id, open)
    for (const port of new Set(sandbox.config.containerPorts))
      open.push(await openForwarder(sandbox.ip, port, () => sandboxes.get(sandbox.id)?.ports[port] ?? port))
  }

  async function closePorts(id: string): Promise<void> {
    const open = forwarders.get(id) ?? []
    forwarders.delete(id)
    await Promise.all(open.map((forwarder) => forwarder[Symbol.asyncDispose]()))
  }

  for (const sandbox of await records.sandboxes()) {
    sandboxes.set(sandbox.id, sandbox)
    if (sandbox.state !== 'ready') continue
    await openPorts(sandbox).catch((error: unknown) =>
      logger.warn({ pod: sandbox.pod.name, error: errorMessage(error) }, 'the ports of a pod cannot be opened again'),
    )
  }

  async function needContainer(id: string): Promise<ContainerRecord> {
    const record = await records.container(id)
    if (record === undefined) throw new RuntimeError('NotFound', `no container ${id}`)
    return record
  }

  const logs = openLogPumps({ clock, logger, directoryOf: (id) => records.containerDirectory(id) })
  for (const record of await records.containers()) if ((await stateOf(record)) === 'running') logs.follow(record)

  const toContainer = (record: ContainerRecord, state: Container['state']): Container => ({
    id: record.id,
    sandboxId: record.sandboxId,
    name: record.config.name,
    attempt: record.config.attempt,
    state,
    createdAtMs: record.createdAtMs,
    labels: { ...record.config.labels, [POD_UID_LABEL]: record.podUid },
    annotations: record.config.annotations,
  })
  async function stateOf(record: ContainerRecord): Promise<Container['state']> {
    if (record.startedAtMs === 0) return 'created'
    return (await records.ending(record)) === undefined ? 'running' : 'exited'
  }

  async function specOf(record: ContainerRecord): Promise<ProcessSpec> {
    const image = await images.find(record.imageId)
    if (image === undefined) throw new RuntimeError('NotFound', `image ${record.imageId} is gone`)
    const port = portVariable(record.config)
    const real = port === undefined ? undefined : sandboxes.get(record.sandboxId)?.ports[port]
    const home = join(records.containerDirectory(record.id), 'home')
    await mkdir(home, { recursive: true })
    return processSpec(image.config, record.config, { files: images.filesOf(image.id), home, port: real })
  }

  async function kill(record: ContainerRecord, graceMs: number): Promise<void> {
    if (record.process === undefined || (await records.ending(record)) !== undefined) return
    const ended = async (limitMs: number) => {
      const deadline = clock.now() + limitMs
      while ((await records.ending(record)) === undefined) {
        if (clock.now() >= deadline) return false
        await clock.sleep(POLL_MS)
      }
      return true
    }
    if (graceMs > 0) {
      signalGroup(record.process, 'SIGTERM')
      if (await ended(graceMs)) return
    }
    signalGroup(record.process, 'SIGKILL')
    // The shell that would have written the exit code was killed too.
    const directory = records.containerDirectory(record.id)
    await writeFile(join(directory, 'exit.killed'), '137\n')
    const deadline = clock.now() + 5_000
    while (isAlive(record.process) && clock.now() < deadline) await clock.sleep(POLL_MS)
    const written = await access(join(directory, 'exit')).then(
      () => true,
      () => false,
    )
    if (!written) await rename(join(directory, 'exit.killed'), join(directory, 'exit'))
  }

  const runtime: ContainerRuntime = {
    isolated: false,
    cgroupRoot: '',
    version: () => Promise.resolve({ name: 'process', version: release() }),
    readiness: () => Promise.resolve({ ready: true, networkReady: true, message: '' }),

    async pullImage(image, { credentials, signal }: { credentials?: RegistryCredentials; signal?: AbortSignal }) {
      if (!image.startsWith(`${options.registry.host}/`))
        throw new RuntimeError(
          'NotFound',
          `the process runtime runs images of ${options.registry.host} only, not ${image}`,
        )
      return (await images.pull(image, { address: options.registry.address, credentials, signal })).id
    },
    async imageStatus(image) {
      const found = await images.find(image)
      return found === undefined ? undefined : toImage(found)
    },
    listImages: async () => (await images.list()).map(toImage),
    removeImage: (id) => images.remove(id),

    async runSandbox(config) {
      const used = new Set([...sandboxes.values()].map(({ ip }) => ip))
      const sandbox: SandboxRecord = {
        id: newId(),
        pod: config.pod,
        attempt: config.attempt,
        state: 'ready',
        createdAtMs: clock.now(),
        labels: config.labels,
        annotations: config.annotations,
        ip: allocateLoopback(used, options.stateDir),
        ports: {},
        config,
      }
      sandboxes.set(sandbox.id, sandbox)
      try {
        await openPorts(sandbox)
        await records.putSandbox(sandbox)
      } catch (error) {
        await closePorts(sandbox.id)
        sandboxes.delete(sandbox.id)
        throw error
      }
      changed()
      return sandbox.id
    },
    async stopSandbox(id) {
      const sandbox = sandboxes.get(id)
      if (sandbox === undefined) return
      for (const record of await records.containers()) if (record.sandboxId === id) await kill(record, 0)
      await closePorts(id)
      sandbox.state = 'notReady'
      await records.putSandbox(sandbox)
      changed()
    },
    async removeSandbox(id) {
      await runtime.stopSandbox(id)
      for (const record of await records.containers())
        if (record.sandboxId === id) await runtime.removeContainer(record.id)
      sandboxes.delete(id)
      await records.removeSandbox(id)
      changed()
    },
    listSandboxes: (filter?: ListFilter) =>
      Promise.resolve(
        [...sandboxes.values()]
          .filter(({ pod }) => filter?.podUid === undefined || pod.uid === filter.podUid)
          .map(({ ip: _ip, ports: _ports, config: _config, ...sandbox }) => ({
            ...sandbox,
            labels: { ...sandbox.labels, [POD_UID_LABEL]: sandbox.pod.uid },
          })),
      ),
    sandboxIPs: (id) => {
      const sandbox = sandboxes.get(id)
      return Promise.resolve(sandbox?.state === 'ready' && !sandbox.config.hostNetwork ? [sandbox.ip] : [])
    },
    dialAddress: (sandboxId, _ip, port) => ({
      host: '127.0.0.1',
      port: sandboxes.get(sandboxId)?.ports[port] ?? port,
    }),

    async createContainer(sandboxId, config, sandboxConfig) {
      const sandbox = sandboxes.get(sandboxId)
      if (sandbox?.state !== 'ready') throw new RuntimeError('NotFound', `no running sandbox ${sandboxId}`)
      refuseMounts(config.mounts)
      const image = await images.find(config.image)
      if (image === undefined) throw new RuntimeError('NotFound', `no image ${config.image}`)
      const port = portVariable(config)
      if (port !== undefined && sandbox.ports[port] === undefined) {
        sandbox.ports[port] = await freePort()
        await records.putSandbox(sandbox)
      }
      const record: ContainerRecord = {
        id: newId(),
        sandboxId,
        podUid: sandbox.pod.uid,
        config,
        logFile: join(sandboxConfig.logDirectory, config.logPath),
        imageId: image.id,
        createdAtMs: clock.now(),
        startedAtMs: 0,
      }
      await records.putContainer(record)
      changed()
      return record.id
    },
    async startContainer(id) {
      const record = await needContainer(id)
      if (record.startedAtMs !== 0) throw new RuntimeError('Failed', `container ${id} was started already`)
      const start = async () => {
        const spec = await specOf(record)
        const [name = ''] = spec.command
        if (name === '') throw new RuntimeError('Failed', 'no command specified')
        const program = await findProgram(name, { cwd: spec.cwd, path: spec.env.PATH ?? '' })
        await mkdir(dirname(record.logFile), { recursive: true })
        const directory = records.containerDirectory(id)
        const startedAtMs = clock.now()
        const { identity, child } = await startSupervised({
          ...spec,
          command: [program, ...spec.command.slice(1)],
          directory,
        })
        record.process = identity
        record.startedAtMs = startedAtMs
        await records.putContainer(record)
        logs.follow(record)
        child.once('exit', () => void logs.finish(record).then(changed))
      }
      const begun = start()
      starting.set(id, begun)
      await begun.finally(() => starting.delete(id))
      changed()
    },
    async stopContainer(id, graceMs) {
      await starting.get(id)?.catch(() => {})
      const record = await records.container(id)
      if (record === undefined) return
      await kill(record, graceMs)
      await logs.finish(record)
      changed()
    },
    async removeContainer(id) {
      await runtime.stopContainer(id, 0)
      await records.removeContainer(id)
      changed()
    },
    async listContainers(filter?: ListFilter) {
      const all = await records.containers()
      const wanted = all.filter(({ podUid }) => filter?.podUid === undefined || podUid === filter.podUid)
      return Promise.all(wanted.map(async (record) => toContainer(record, await stateOf(record))))
    },
    async containerStatus(id): Promise<ContainerStatus | undefined> {
      const record = await records.container(id)
      if (record === undefined) return undefined
      const state = await stateOf(record)
      const ending = await records.ending(record)
      if (ending !== undefined) await logs.finish(record)
      const image = await images.find(record.imageId)
      return {
        ...toContainer(record, state),
        startedAtMs: record.startedAtMs,
        finishedAtMs: ending?.finishedAtMs ?? 0,
        exitCode: ending?.exitCode ?? 0,
        reason: reasonOf(ending),
        message: ending?.unknown ? 'the process ended while nobody watched' : '',
        imageName: record.config.imageName,
        imageRef: image?.names.find((name) => name.includes('@')) ?? record.imageId,
        logPath: record.logFile,
      }
    },
    async exec(id, command, timeoutMs) {
      const record = await needContainer(id)
      if ((await stateOf(record)) !== 'running') throw new RuntimeError('Failed', `container ${id} is not running`)
      const spec = await specOf({ ...record, config: { ...record.config, command, args: [] } })
      return execProcess(spec, timeoutMs)
    },
    // Each line is appended to whatever file has the name now.
    reopenLog: () => Promise.resolve(),

    async watch({ signal, changed: listener }) {
      listeners.add(listener)
      while (!signal.aborted) {
        await clock.sleep(RELIST_INTERVAL_MS, signal)
        if (!signal.aborted) listener()
      }
      listeners.delete(listener)
    },

    async [Symbol.asyncDispose]() {
      listeners.clear()
      await Promise.all([...forwarders.keys()].map(closePorts))
      await logs[Symbol.asyncDispose]()
    },
  }
  return runtime
}

function reasonOf(ending: { exitCode: number; unknown: boolean } | undefined): string {
  if (ending === undefined) return ''
  if (ending.unknown) return 'ContainerStatusUnknown'
  return ending.exitCode === 0 ? 'Completed' : 'Error'
}

/** Mounts Kubernetes makes for every pod, which a process does without. */
const DISPENSABLE = /^\/(dev\/termination-log|etc\/hosts|var\/run\/secrets\/kubernetes\.io(\/.*)?)$/

function refuseMounts(mounts: readonly Mount[]): void {
  const wanted = mounts.filter(({ containerPath }) => !DISPENSABLE.test(containerPath))
  if (wanted.length === 0) return
  const paths = wanted.map(({ containerPath }) => containerPath).join(', ')
  throw new RuntimeError('Failed', `the process runtime cannot mount volumes (${paths}): it needs containerd`)
}

function execProcess(spec: ProcessSpec, timeoutMs: number): Promise<ExecResult> {
  const [file = '', ...args] = spec.command
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { cwd: spec.cwd, env: spec.env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1 << 20 },
      (error, stdout, stderr) => {
        if (error?.killed) return reject(new RuntimeError('Timeout', `${file} took longer than ${timeoutMs} ms`))
        if (error !== null && typeof error.code !== 'number')
          return reject(new RuntimeError('Failed', `cannot run ${file}`, { cause: error }))
        resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
      },
    )
  })
}
