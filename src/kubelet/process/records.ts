/** What the process runtime remembers on disk, so that a restarted engine finds its pods again. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, type ProcessIdentity, writeFileAtomically } from '../../lib/index.ts'
import type { ContainerConfig, Sandbox, SandboxConfig } from '../runtime/runtime.ts'

export interface SandboxRecord extends Sandbox {
  /** The pod's own address, 127.x.y.z. */
  ip: string
  /** Container port → where on 127.0.0.1 the process really listens. */
  ports: Record<number, number>
  config: SandboxConfig
}

export interface ContainerRecord {
  id: string
  sandboxId: string
  podUid: string
  config: ContainerConfig
  /** Absolute path of the CRI-format log. */
  logFile: string
  imageId: string
  createdAtMs: number
  startedAtMs: number
  process?: ProcessIdentity
}

export interface Ending {
  exitCode: number
  finishedAtMs: number
  /** Set where nobody saw the process end. */
  unknown: boolean
}

/** Exit code of a container whose end nobody saw, as Kubernetes gives it (ContainerStatusUnknown). */
const UNKNOWN_EXIT_CODE = 137

export class Records {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  containerDirectory(id: string): string {
    return join(this.#root, 'containers', id)
  }

  async #all<T>(kind: 'sandboxes' | 'containers', file: string): Promise<T[]> {
    const names = await readdir(join(this.#root, kind)).catch(() => [])
    const records = await Promise.all(names.map((name) => this.#read<T>(join(this.#root, kind, name, file))))
    return records.filter((record) => record !== undefined)
  }

  async #read<T>(path: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as T
    } catch {
      return undefined
    }
  }

  sandboxes = (): Promise<SandboxRecord[]> => this.#all('sandboxes', 'sandbox.json')
  containers = (): Promise<ContainerRecord[]> => this.#all('containers', 'container.json')
  sandbox = (id: string): Promise<SandboxRecord | undefined> =>
    this.#read(join(this.#root, 'sandboxes', id, 'sandbox.json'))
  container = (id: string): Promise<ContainerRecord | undefined> =>
    this.#read(join(this.containerDirectory(id), 'container.json'))

  async putSandbox(record: SandboxRecord): Promise<void> {
    await writeFileAtomically(join(this.#root, 'sandboxes', record.id, 'sandbox.json'), JSON.stringify(record))
  }

  async putContainer(record: ContainerRecord): Promise<void> {
    await mkdir(this.containerDirectory(record.id), { recursive: true, mode: 0o700 })
    await writeFileAtomically(join(this.containerDirectory(record.id), 'container.json'), JSON.stringify(record))
  }

  removeSandbox = (id: string): Promise<void> => rm(join(this.#root, 'sandboxes', id), { recursive: true, force: true })
  removeContainer = (id: string): Promise<void> => rm(this.containerDirectory(id), { recursive: true, force: true })

  /** Undefined while the process lives, or before it was started. */
  async ending(record: ContainerRecord): Promise<Ending | undefined> {
    if (record.startedAtMs === 0) return undefined
    const file = join(this.containerDirectory(record.id), 'exit')
    const seen = async (): Promise<Ending | undefined> => {
      const text = await readFile(file, 'utf8').catch(() => undefined)
      if (text === undefined || !/^\d+\s*$/.test(text)) return undefined
      return { exitCode: Number(text), finishedAtMs: Math.floor((await stat(file)).mtimeMs), unknown: false }
    }
    const ended = await seen()
    if (ended !== undefined || (record.process !== undefined && isAlive(record.process))) return ended
    // It may have ended between the two looks.
    return (await seen()) ?? { exitCode: UNKNOWN_EXIT_CODE, finishedAtMs: record.startedAtMs, unknown: true }
  }
}
