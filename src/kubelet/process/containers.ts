/** The containers of the process runtime: what each is started from, its process, its end. */
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../../lib/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import { RuntimeError } from '../errors.ts'
import type { Container, ContainerRuntime, ContainerStatus, Mount } from '../runtime/runtime.ts'
import { portVariable, type ProcessSpec, processSpec } from './command.ts'
import { endProcess } from './end-process.ts'
import { execProcess } from './exec.ts'
import type { ImageStore } from './image-store.ts'
import type { LogPumps } from './log-pumps.ts'
import type { ContainerRecord, Ending, Records } from './records.ts'
import { processUsage } from './usage.ts'
import { newId, type Sandboxes } from './sandboxes.ts'
import { findProgram, findSupervised, signalGroup, startSupervised } from './supervisor.ts'

type Containers = Pick<
  ContainerRuntime,
  | 'createContainer'
  | 'startContainer'
  | 'stopContainer'
  | 'removeContainer'
  | 'listContainers'
  | 'containerStatus'
  | 'exec'
  | 'usage'
> & {
  /** Kills those of a sandbox; their records and logs stay. */
  killAll: (sandboxId: string) => Promise<void>
  removeAll: (sandboxId: string) => Promise<void>
}

/** Containers of an earlier run that still run have their logs followed again. `changed`: something happened to one. */
export async function openContainers(options: {
  records: Records
  images: ImageStore
  sandboxes: Sandboxes
  logs: LogPumps
  clock: Clock
  changed: () => void
}): Promise<Containers> {
  const { records, images, sandboxes, logs, clock, changed } = options
  const starting = new Map<string, Promise<void>>()
  for (const record of await records.containers()) {
    if (record.startedAtMs === 0) await endUnnoted(record)
    else if ((await stateOf(record)) === 'running') logs.follow(record)
  }

  /** A container counts as started when that is on record. A process from before would keep the port from the next one. */
  async function endUnnoted({ id }: ContainerRecord): Promise<void> {
    const group = await findSupervised(records.containerDirectory(id))
    if (group !== undefined) signalGroup(group, 'SIGKILL')
  }

  async function stateOf(record: ContainerRecord): Promise<Container['state']> {
    if (record.startedAtMs === 0) return 'created'
    return (await records.ending(record)) === undefined ? 'running' : 'exited'
  }

  async function needContainer(id: string): Promise<ContainerRecord> {
    const record = await records.container(id)
    if (record === undefined) throw new RuntimeError('NotFound', `no container ${id}`)
    return record
  }

  async function specOf(record: ContainerRecord): Promise<ProcessSpec> {
    const image = await images.find(record.imageId)
    if (image === undefined) throw new RuntimeError('NotFound', `image ${record.imageId} is gone`)
    const port = portVariable(record.config)
    const real = port === undefined ? undefined : sandboxes.realPort(record.sandboxId, port)
    const home = join(records.containerDirectory(record.id), 'home')
    await mkdir(home, { recursive: true })
    return processSpec(image.config, record.config, { files: images.filesOf(image.id), home, port: real })
  }

  async function start(record: ContainerRecord): Promise<void> {
    const spec = await specOf(record)
    const [name = '', ...args] = spec.command
    if (name === '') throw new RuntimeError('Failed', 'no command specified')
    const program = await findProgram(name, { cwd: spec.cwd, path: spec.env.PATH ?? '' })
    await mkdir(dirname(record.logFile), { recursive: true })
    const directory = records.containerDirectory(record.id)
    const startedAtMs = clock.now()
    const { identity, child } = await startSupervised({ ...spec, command: [program, ...args], directory })
    record.process = identity
    record.startedAtMs = startedAtMs
    try {
      await records.putContainer(record)
    } catch (error) {
      // On a full disk, say: what nobody knows of nobody would end.
      signalGroup(identity, 'SIGKILL')
      throw error
    }
    logs.follow(record)
    child.once('exit', () => void logs.finish(record).then(changed))
  }

  async function stop(id: string, graceMs: number): Promise<void> {
    await starting.get(id)?.catch(() => {})
    const record = await records.container(id)
    if (record === undefined) return
    await endProcess(record, graceMs, { records, clock })
    await logs.finish(record)
    changed()
  }

  async function remove(id: string): Promise<void> {
    await stop(id, 0)
    await records.removeContainer(id)
    changed()
  }

  const ofSandbox = async (sandboxId: string) =>
    (await records.containers()).filter((record) => record.sandboxId === sandboxId)

  return {
    async killAll(sandboxId) {
      for (const record of await ofSandbox(sandboxId)) await endProcess(record, 0, { records, clock })
    },
    async removeAll(sandboxId) {
      for (const { id } of await ofSandbox(sandboxId)) await remove(id)
    },

    async createContainer(sandboxId, config, sandboxConfig) {
      const sandbox = sandboxes.ready(sandboxId)
      if (sandbox === undefined) throw new RuntimeError('NotFound', `no running sandbox ${sandboxId}`)
      refuseMounts(config.mounts)
      const image = await images.find(config.image)
      if (image === undefined) throw new RuntimeError('NotFound', `no image ${config.image}`)
      const port = portVariable(config)
      if (port !== undefined) await sandboxes.allocatePort(sandbox, port)
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
      const begun = start(record)
      starting.set(id, begun)
      await begun.finally(() => starting.delete(id))
      changed()
    },
    stopContainer: stop,
    removeContainer: remove,

    async listContainers(filter) {
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
    async usage() {
      const all = await Promise.all(
        (await records.containers()).map(async (record) => ({ record, state: await stateOf(record) })),
      )
      return processUsage(
        all.flatMap(({ record: { id, sandboxId, process }, state }) =>
          state === 'running' && process !== undefined ? [{ id, sandboxId, group: process.pid }] : [],
        ),
      )
    },
    async exec(id, command, timeoutMs) {
      const record = await needContainer(id)
      if ((await stateOf(record)) !== 'running') throw new RuntimeError('Failed', `container ${id} is not running`)
      return execProcess(await specOf({ ...record, config: { ...record.config, command, args: [] } }), timeoutMs)
    },
  }
}

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

function reasonOf(ending: Ending | undefined): string {
  if (ending === undefined) return ''
  if (ending.unknown) return 'ContainerStatusUnknown'
  return ending.exitCode === 0 ? 'Completed' : 'Error'
}

/** Mounts Kubernetes makes for every pod, which a process does without. */
const DISPENSABLE = /^\/(dev\/termination-log|etc\/hosts|var\/run\/secrets\/kubernetes\.io(\/.*)?)$/

/** A process sees the machine's files, and nothing can be put in their place for it alone. */
function refuseMounts(mounts: readonly Mount[]): void {
  const wanted = mounts.filter(({ containerPath }) => !DISPENSABLE.test(containerPath))
  if (wanted.length === 0) return
  const paths = wanted.map(({ containerPath }) => containerPath).join(', ')
  throw new RuntimeError(
    'Failed',
    `volumes cannot be mounted at ${paths}: the process runtime runs containers as processes that have the machine's files. ` +
      'Volumes, persistent ones too, need containerd: as root, run naru doctor --fix, then naru down and ' +
      'naru up --runtime containerd.',
  )
}
