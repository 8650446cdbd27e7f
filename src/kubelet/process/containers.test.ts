import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive, silentLogger, systemClock } from '../../lib/index.ts'
import type { ContainerConfig } from '../runtime/runtime.ts'
import { Records } from './records.ts'
import { openProcessRuntime } from './runtime.ts'
import { findSupervised, startSupervised } from './supervisor.ts'

describe('a process that was started and not noted down', () => {
  let stateDir: string
  beforeEach(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'naru-unnoted-'))
  })
  afterEach(() => rm(stateDir, { recursive: true, force: true }))

  it('ends when the runtime is opened again: its container is started anew', async () => {
    const records = new Records(join(stateDir, 'process'))
    const record = {
      id: 'c',
      sandboxId: 's',
      podUid: 'u',
      config: { name: 'main', attempt: 0, labels: {}, annotations: {} } as Partial<ContainerConfig> as ContainerConfig,
      logFile: join(stateDir, 'log'),
      imageId: 'i',
      createdAtMs: 1,
      startedAtMs: 0,
    }
    await records.putContainer(record)
    const directory = records.containerDirectory('c')
    const command = ['/bin/sh', '-c', 'while :; do sleep 1; done']
    const { identity } = await startSupervised({ command, cwd: '/', env: {}, directory })
    expect((await findSupervised(directory))?.pid).toBe(identity.pid)
    expect(await findSupervised(join(directory, 'other'))).toBeUndefined()

    const registry = { host: 'none', address: 'http://127.0.0.1:1' }
    await using runtime = await openProcessRuntime({ stateDir, registry, logger: silentLogger, clock: systemClock })
    await expect.poll(() => isAlive(identity), { timeout: 5_000, interval: 10 }).toBe(false)
    expect(await runtime.listContainers()).toMatchObject([{ id: 'c', state: 'created' }])
  })
})
