/** What sandboxes have of the pod network. The network's own business; the two meet where the engine is put together. */
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { aliveSandboxes } from './alive-sandboxes.ts'
import type { Belongings } from './sweeper.ts'

export interface SandboxNetworks {
  /** Ids of the sandboxes that something is kept for. */
  list(): Promise<string[]>
  release(id: string): Promise<void>
}

export const networksOf = (runtime: ContainerRuntime, networks: SandboxNetworks): Belongings => ({
  list: () => networks.list(),
  known: () => aliveSandboxes(runtime),
  async release(id) {
    const isRecorded = (await runtime.listSandboxes()).some((sandbox) => sandbox.id === id)
    // What the runtime has a record of, it gives back itself.
    await (isRecorded ? runtime.stopSandbox(id) : networks.release(id))
  },
})
