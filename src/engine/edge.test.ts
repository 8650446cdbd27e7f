import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { openHostAuthority } from '../certificates/index.ts'
import { programPath, systemClock } from '../lib/index.ts'
import type { EdgeConfig } from './edge-process.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('an edge that is told to stop while it starts, stops', async () => {
  const config: EdgeConfig = {
    hash: '',
    infoPath: join(folder, 'edge.json'),
    // Nobody listens there.
    api: { server: 'https://127.0.0.1:1', caPem: '', certPem: '', keyPem: '' },
    gateway: {
      host: '127.0.0.1',
      port: 0,
      accessLog: join(folder, 'access.log'),
      secure: { port: 0, authority: await openHostAuthority(folder, systemClock) },
    },
  }
  const path = join(folder, 'config.json')
  await promisify(execFile)('mkfifo', [path])
  const flags = ['--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, programPath('engine/edge'), path], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  // Who opens it waits for a reader: the edge hears signals when it reads its configuration.
  const file = await open(path, 'w')
  child.kill('SIGTERM')
  await file.writeFile(JSON.stringify(config))
  await file.close()
  expect(await ended).toEqual([0, null])
})
