/** `ContainerRuntime` over CRI: containerd, or any runtime a kubelet takes. */
import type { Clock } from '../../lib/index.ts'
import { isRuntimeError, RuntimeError } from '../errors.ts'
import type { ContainerRuntime, ListFilter } from '../runtime/runtime.ts'
import { openCgroups } from '../stats/cgroup.ts'
import { openCriConnection } from './connection.ts'
import {
  fromCriContainer,
  fromCriContainerStatus,
  fromCriImage,
  fromCriSandbox,
  POD_UID_LABEL,
  toCriContainerConfig,
  toCriResources,
  toCriSandboxConfig,
} from './convert.ts'
import { criStorage, CriUsage } from './usage.ts'
import { watchTasks } from './watch.ts'

export interface CriRuntimeOptions {
  /** The runtime's gRPC socket. */
  socketPath: string
  /** Control group that pods' own are to be made in. */
  cgroupRoot: string
  clock: Clock
}

/** What only a runtime behind CRI has. */
export interface CriRuntime extends ContainerRuntime {
  /** Where the sandbox's network namespace is mounted; undefined for the host's, or where there is no such sandbox.
   *  Throws RuntimeError `Failed` where the runtime does not say. */
  sandboxNetns(id: string): Promise<string | undefined>
}

/** Pulls of large images over a slow disk take their time. */
const PULL_TIMEOUT_MS = 15 * 60_000
/** How long a stop may take beyond the container's own grace. */
const STOP_MARGIN_MS = 30_000

export async function openCriRuntime(options: CriRuntimeOptions): Promise<CriRuntime> {
  const { clock } = options
  const connection = await openCriConnection(options.socketPath)
  const { call } = connection
  const usage = new CriUsage(openCgroups(), options.cgroupRoot)
  const selection = (filter?: ListFilter) =>
    filter?.podUid === undefined ? {} : { filter: { labelSelector: { [POD_UID_LABEL]: filter.podUid } } }

  return {
    isolated: true,
    cgroupRoot: options.cgroupRoot,
    async version() {
      const { runtimeName, runtimeVersion } = await call('Version', { version: '0.1.0' }, { timeoutMs: 5_000 })
      // Debian appends its own revision (`1.6.20~ds1`); clients expect a plain version.
      return { name: runtimeName, version: runtimeVersion.replace(/[~+].*$/, '').replace(/^v/, '') }
    },
    async readiness() {
      const { status } = await call('Status', {}, { timeoutMs: 5_000 })
      const failed = (status?.conditions ?? []).filter((condition) => !condition.status)
      return {
        ready: !failed.some(({ type }) => type === 'RuntimeReady'),
        networkReady: !failed.some(({ type }) => type === 'NetworkReady'),
        message: failed.map(({ type, message }) => `${type}: ${message}`).join('; '),
      }
    },

    async mountsReadOnlyRecursively() {
      const { runtimeHandlers } = await call('Status', {}, { timeoutMs: 5_000 })
      // The nameless one is that of pods which name none. Runtimes before CRI v0.30 tell of none at all.
      return runtimeHandlers.some(({ name, features }) => name === '' && features?.recursiveReadOnlyMounts === true)
    },

    async pullImage(image, { credentials, signal }) {
      const { imageRef } = await call(
        'PullImage',
        { image: { image }, ...(credentials && { auth: credentials }) },
        { timeoutMs: PULL_TIMEOUT_MS, ...(signal && { signal }) },
      )
      return imageRef
    },
    async imageStatus(image) {
      const { image: found } = await call('ImageStatus', { image: { image } })
      return found === null ? undefined : fromCriImage(found)
    },
    async listImages() {
      const { images } = await call('ListImages', {})
      return images.filter(({ pinned }) => !pinned).map(fromCriImage)
    },
    removeImage: (id) => ignoreNotFound(call('RemoveImage', { image: { image: id } })),

    async runSandbox(config) {
      const { podSandboxId } = await call('RunPodSandbox', {
        config: toCriSandboxConfig(config),
        runtimeHandler: config.runtimeHandler,
      })
      return podSandboxId
    },
    stopSandbox: (id) => ignoreNotFound(call('StopPodSandbox', { podSandboxId: id })),
    removeSandbox: (id) => ignoreNotFound(call('RemovePodSandbox', { podSandboxId: id })),
    async listSandboxes(filter) {
      const { items } = await call('ListPodSandbox', selection(filter))
      return items.map(fromCriSandbox)
    },
    async sandboxIPs(id) {
      const { status } = await call('PodSandboxStatus', { podSandboxId: id })
      const network = status?.network
      if (!network) return []
      return [network.ip, ...network.additionalIps.map(({ ip }) => ip)].filter((ip) => ip !== '')
    },

    async sandboxNetns(id) {
      try {
        const { info } = await call('PodSandboxStatus', { podSandboxId: id, verbose: true })
        return netnsOf(id, info.info)
      } catch (error) {
        if (isRuntimeError(error, 'NotFound')) return undefined
        throw error
      }
    },

    dialAddress: (_sandboxId, ip, port) => ({ host: ip, port }),

    async createContainer(sandboxId, config, sandbox) {
      const { containerId } = await call('CreateContainer', {
        podSandboxId: sandboxId,
        config: toCriContainerConfig(config, sandbox),
        sandboxConfig: toCriSandboxConfig(sandbox),
      })
      return containerId
    },
    async startContainer(id) {
      await call('StartContainer', { containerId: id })
    },
    async updateResources(id, resources) {
      await call('UpdateContainerResources', { containerId: id, linux: toCriResources(resources) })
    },
    stopContainer: (id, graceMs) =>
      ignoreNotFound(
        call(
          'StopContainer',
          { containerId: id, timeout: Math.ceil(graceMs / 1000) },
          { timeoutMs: graceMs + STOP_MARGIN_MS },
        ),
      ),
    removeContainer: (id) => ignoreNotFound(call('RemoveContainer', { containerId: id })),
    async listContainers(filter) {
      const { containers } = await call('ListContainers', selection(filter))
      return containers.map(fromCriContainer)
    },
    async containerStatus(id) {
      try {
        const { status } = await call('ContainerStatus', { containerId: id })
        return status === null ? undefined : fromCriContainerStatus(status)
      } catch (error) {
        if (isRuntimeError(error, 'NotFound')) return undefined
        throw error
      }
    },
    async exec(id, command, timeoutMs) {
      const result = await call(
        'ExecSync',
        { containerId: id, cmd: command, timeout: Math.ceil(timeoutMs / 1000) },
        { timeoutMs: timeoutMs + 5_000 },
      )
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
      return { exitCode: result.exitCode, stdout: text(result.stdout), stderr: text(result.stderr) }
    },
    streams: {
      async exec(id, command, streams) {
        const { url } = await call('Exec', { containerId: id, cmd: command, ...streams })
        return url
      },
      async attach(id, streams) {
        const { url } = await call('Attach', { containerId: id, ...streams })
        return url
      },
      async portForward(sandboxId, ports) {
        const { url } = await call('PortForward', { podSandboxId: sandboxId, port: ports })
        return url
      },
    },
    async usage() {
      const [{ containers }, { items }] = await Promise.all([
        call('ListContainers', { filter: { state: { state: 'CONTAINER_RUNNING' } } }),
        call('ListPodSandbox', { filter: { state: { state: 'SANDBOX_READY' } } }),
      ])
      return usage.read({
        containers: containers.map(({ id, podSandboxId }) => ({ id, sandboxId: podSandboxId })),
        sandboxes: items.map(({ id }) => id),
      })
    },
    storage: () => criStorage(connection),
    async reopenLog(id) {
      await call('ReopenContainerLog', { containerId: id })
    },

    watch: ({ signal, changed }) => watchTasks({ subscribe: connection.subscribe, clock, signal, changed }),

    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  }
}

/** `info` is what containerd's CRI plugin tells of a sandbox when asked to be verbose, as JSON. */
function netnsOf(id: string, info = '{}'): string | undefined {
  const { runtimeSpec } = JSON.parse(info) as {
    runtimeSpec?: { linux?: { namespaces?: { type: string; path?: string }[] } } | null
  }
  const network = runtimeSpec?.linux?.namespaces?.find(({ type }) => type === 'network')
  if (!runtimeSpec || (network && !network.path))
    throw new RuntimeError('Failed', `the runtime does not say which network namespace sandbox ${id} has`)
  return network?.path
}

async function ignoreNotFound(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!isRuntimeError(error, 'NotFound')) throw error
  }
}
