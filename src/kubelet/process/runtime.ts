/** `ContainerRuntime` without containers: an image's own files run as processes of the host, with the host's network,
 *  files and user. No isolation and no resource limits; the node says so. */
import { mkdir } from 'node:fs/promises'
import { release } from 'node:os'
import { join } from 'node:path'
import type { Clock, Logger } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { type ContainerRuntime, RELIST_INTERVAL_MS } from '../runtime/runtime.ts'
import { openContainers } from './containers.ts'
import { ImageStore, toImage } from './image-store.ts'
import { openLogPumps } from './log-pumps.ts'
import { Records } from './records.ts'
import { openSandboxes } from './sandboxes.ts'

export interface ProcessRuntimeOptions {
  stateDir: string
  /** The one registry images come from. Read at each pull. */
  registry: { host: string; address: string }
  logger: Logger
  clock: Clock
}

/** Pods of an earlier run are found again: their processes go on, their addresses answer again. */
export async function openProcessRuntime(options: ProcessRuntimeOptions): Promise<ContainerRuntime> {
  const { stateDir, clock, logger } = options
  const root = join(stateDir, 'process')
  await mkdir(root, { recursive: true, mode: 0o700 })
  const records = new Records(root)
  const images = new ImageStore(join(root, 'images'))
  await images.sweep()
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  await using opening = new AsyncDisposableStack()
  const logs = opening.use(openLogPumps({ clock, logger, directoryOf: (id) => records.containerDirectory(id) }))
  const sandboxes = opening.use(await openSandboxes({ stateDir, records, clock, logger }))
  const { killAll, removeAll, ...containers } = await openContainers({
    records,
    images,
    sandboxes,
    logs,
    clock,
    changed,
  })
  const opened = opening.move()

  async function stopSandbox(id: string): Promise<void> {
    await killAll(id)
    await sandboxes.stop(id)
    changed()
  }

  return {
    isolated: false,
    cgroupRoot: '',
    version: () => Promise.resolve({ name: 'process', version: release() }),
    readiness: () => Promise.resolve({ ready: true, networkReady: true, message: '' }),
    mountsReadOnlyRecursively: () => Promise.resolve(false),

    async pullImage(image, { credentials, signal }) {
      const { host, address } = options.registry
      if (!image.startsWith(`${host}/`))
        throw new RuntimeError('NotFound', `the process runtime runs images of ${host} only, not ${image}`)
      return (await images.pull(image, { address, credentials, signal })).id
    },
    async imageStatus(image) {
      const found = await images.find(image)
      return found === undefined ? undefined : toImage(found)
    },
    listImages: async () => (await images.list()).map(toImage),
    removeImage: (id) => images.remove(id),

    async runSandbox(config) {
      const id = await sandboxes.run(config)
      changed()
      return id
    },
    stopSandbox,
    async removeSandbox(id) {
      await stopSandbox(id)
      await removeAll(id)
      await sandboxes.remove(id)
      changed()
    },
    listSandboxes: (filter) => Promise.resolve(sandboxes.list(filter)),
    sandboxIPs(id) {
      const sandbox = sandboxes.ready(id)
      return Promise.resolve(sandbox === undefined || sandbox.config.hostNetwork ? [] : [sandbox.ip])
    },
    dialAddress: (sandboxId, _ip, port) => ({ host: '127.0.0.1', port: sandboxes.realPort(sandboxId, port) }),

    ...containers,
    async storage() {
      const all = await images.list()
      const usedBytes = all.map(toImage).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      return { imageDirectory: root, images: { usedBytes, inodesUsed: 0 }, writableLayers: new Map() }
    },
    // Processes of the host have no limits.
    updateResources: () => Promise.resolve(),
    streams: undefined,
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
      await opened.disposeAsync()
    },
  }
}
