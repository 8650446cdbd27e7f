/** The pods of the process runtime: an address of 127/8 each, and behind its ports the processes' real ones. */
import { randomBytes } from 'node:crypto'
import { type Clock, errorMessage, type Logger } from '../../lib/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import type { ListFilter, Sandbox, SandboxConfig } from '../runtime/runtime.ts'
import { type Forwarder, freePort, openForwarder } from './forwarder.ts'
import { allocateLoopback } from './loopback.ts'
import type { Records, SandboxRecord } from './records.ts'

export const newId = (): string => randomBytes(32).toString('hex')

export interface Sandboxes extends AsyncDisposable {
  /** Undefined where there is no such sandbox, or it was stopped. */
  ready(id: string): SandboxRecord | undefined
  list(filter?: ListFilter): Sandbox[]
  /** Resolves to the id once the pod's ports are open. */
  run(config: SandboxConfig): Promise<string>
  /** Closes the ports. Idempotent. */
  stop(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** Where on 127.0.0.1 the process behind `port` listens: `port` itself unless another was allocated. */
  realPort(id: string, port: number): number
  /** Has a real port for `port` from now on, the same after a restart. */
  allocatePort(sandbox: SandboxRecord, port: number): Promise<void>
}

/** Sandboxes of an earlier run are found again and their ports opened; a port that is taken by now is logged.
 *  `stateDir` tells this engine from others on the machine. */
export async function openSandboxes(options: {
  stateDir: string
  records: Records
  clock: Clock
  logger: Logger
}): Promise<Sandboxes> {
  const { stateDir, records, clock, logger } = options
  const sandboxes = new Map<string, SandboxRecord>()
  const forwarders = new Map<string, Forwarder[]>()
  const realPort = (id: string, port: number) => sandboxes.get(id)?.ports[port] ?? port

  async function openPorts({ id, ip, config }: SandboxRecord): Promise<void> {
    const open: Forwarder[] = []
    forwarders.set(id, open)
    for (const port of new Set(config.containerPorts))
      open.push(await openForwarder(ip, port, () => realPort(id, port)))
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

  return {
    realPort,
    ready(id) {
      const sandbox = sandboxes.get(id)
      return sandbox?.state === 'ready' ? sandbox : undefined
    },
    list: (filter) =>
      [...sandboxes.values()]
        .filter(({ pod }) => filter?.podUid === undefined || pod.uid === filter.podUid)
        .map(({ ip: _ip, ports: _ports, config: _config, ...sandbox }) => ({
          ...sandbox,
          labels: { ...sandbox.labels, [POD_UID_LABEL]: sandbox.pod.uid },
        })),
    async run(config) {
      const sandbox: SandboxRecord = {
        id: newId(),
        pod: config.pod,
        attempt: config.attempt,
        state: 'ready',
        createdAtMs: clock.now(),
        labels: config.labels,
        annotations: config.annotations,
        ip: allocateLoopback(new Set([...sandboxes.values()].map(({ ip }) => ip)), stateDir),
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
      return sandbox.id
    },
    async stop(id) {
      const sandbox = sandboxes.get(id)
      if (sandbox === undefined) return
      await closePorts(id)
      sandbox.state = 'notReady'
      await records.putSandbox(sandbox)
    },
    async remove(id) {
      sandboxes.delete(id)
      await records.removeSandbox(id)
    },
    async allocatePort(sandbox, port) {
      if (sandbox.ports[port] !== undefined) return
      sandbox.ports[port] = await freePort()
      await records.putSandbox(sandbox)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...forwarders.keys()].map(closePorts))
    },
  }
}
