import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { silentLogger } from '../lib/index.ts'
import { type AccessRecord, openAccessLog } from './access-log.ts'

const record = (path: string): AccessRecord => ({
  time: '2026-01-02T03:04:05.678Z',
  method: 'GET',
  host: 'hello.localhost',
  path,
  status: 200,
  bytes: 123,
  durationMs: 4,
  app: 'hello',
  endpoint: '10.244.0.2:8080',
  retries: 0,
})

it('appends a line for each request, and starts a new file rather than growing past its limit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'naru-access-'))
  try {
    const path = join(folder, 'access.log')
    const lineBytes = JSON.stringify(record('/0')).length + 1
    for (let n = 0; n < 6; n += 1) {
      const log = await openAccessLog({ path, maxBytes: lineBytes * 2 }, silentLogger)
      log.write(record(`/${n}`))
      await log[Symbol.asyncDispose]()
    }
    const paths = async (name: string) =>
      (await readFile(join(folder, name), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as AccessRecord).path)
    expect((await readdir(folder)).sort()).toEqual(['access.log', 'access.log.1'])
    expect(await paths('access.log.1')).toEqual(['/2', '/3'])
    expect(await paths('access.log')).toEqual(['/4', '/5'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('is begun anew when somebody took it away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'naru-access-'))
  const path = join(folder, 'access.log')
  try {
    const log = await openAccessLog({ path, maxBytes: 1 }, silentLogger)
    log.write(record('/1'))
    await expect.poll(() => readFile(path, 'utf8')).toContain('/1')
    await rm(path)
    log.write(record('/2'))
    await log[Symbol.asyncDispose]()
    expect(await readFile(path, 'utf8')).toContain('/2')
  } finally {
    await rm(folder, { recursive: true })
  }
})
