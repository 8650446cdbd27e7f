import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineFailure } from './failure.ts'
import { takeLock } from './lock.ts'
import { choosePorts, loadSettings, saveSettings } from './settings.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-engine-'))
})
afterEach(async () => rm(folder, { recursive: true }))

async function occupiedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}

describe('settings', () => {
  it('keeps what the user gave across restarts and lets the environment win', async () => {
    const path = join(folder, 'config.json')
    await saveSettings(path, { runtime: 'process', gatewayPort: 8123 })
    expect(await loadSettings(path, { NARU_GATEWAY_PORT: '9000' })).toEqual({ runtime: 'process', gatewayPort: 9000 })
  })

  it.each([
    [{ NARU_RUNTIME: 'docker' }, /no runtime "docker"/],
    [{ NARU_GATEWAY_PORT: 'http' }, /"http" is not a port/],
    [{ NARU_API_PORT: '70000' }, /"70000" is not a port/],
  ])('refuses %j', async (env, message) => {
    await expect(loadSettings(join(folder, 'none'), env)).rejects.toThrow(message)
  })

  it('says which file is damaged instead of forgetting what was in it', async () => {
    const path = join(folder, 'config.json')
    await writeFile(path, '{ torn')
    await expect(loadSettings(path, {})).rejects.toThrow(path)
    expect(await readFile(path, 'utf8')).toBe('{ torn')
  })
})

describe('ports', () => {
  it('takes the last ports again, and moves on from one that is taken', async () => {
    await using taken = await occupiedPort()
    await using free = await occupiedPort()
    const last = { api: free.port, gateway: taken.port }
    await free[Symbol.asyncDispose]()
    const ports = await choosePorts({ last }, { host: '127.0.0.1' })
    expect(ports.api).toBe(free.port)
    expect(ports.gateway).not.toBe(taken.port)
  })

  it('fails when the very port the user asked for is taken, and names it', async () => {
    await using taken = await occupiedPort()
    const failure = await choosePorts({ gatewayPort: taken.port }, { host: '127.0.0.1' }).catch(
      (error: unknown) => error,
    )
    expect(failure).toBeInstanceOf(EngineFailure)
    expect(failure).toMatchObject({ code: 'portTaken', message: expect.stringContaining(String(taken.port)) })
  })

  it('leaves the gateway port to the living edge that has it', async () => {
    await using taken = await occupiedPort()
    const ports = await choosePorts({ gatewayPort: taken.port }, { host: '127.0.0.1', keep: { gateway: taken.port } })
    expect(ports.gateway).toBe(taken.port)
  })
})

describe('lock', () => {
  it('keeps a second engine out until the first gives it back', async () => {
    const path = join(folder, 'lock')
    const lock = await takeLock(path)
    await expect(takeLock(path)).rejects.toMatchObject({ code: 'alreadyRunning' })
    await lock[Symbol.asyncDispose]()
    await (await takeLock(path))[Symbol.asyncDispose]()
  })

  it.each([
    ['a process that is gone', '{"pid":4194000,"startTime":"5"}'],
    ['a torn file', '{"pi'],
  ])('takes over the lock of %s', async (_, text) => {
    const path = join(folder, 'lock')
    await writeFile(path, text)
    await (await takeLock(path))[Symbol.asyncDispose]()
  })
})
