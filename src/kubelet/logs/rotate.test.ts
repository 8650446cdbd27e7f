import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { POD_UID_LABEL } from '../cri/convert.ts'
import { POD_NAME_LABEL, POD_NAMESPACE_LABEL } from '../pod/names.ts'
import type { Container } from '../runtime/runtime.ts'
import { rotateLogs } from './rotate.ts'

describe('the logs of running containers', () => {
  let logsDir: string
  let clock: FakeClock
  let reopen: (id: string) => Promise<void>
  const directory = (id: string) => join(logsDir, 'default_p_uid', id)
  const log = (id: string) => join(directory(id), '0.log')
  const names = async (id: string) => (await readdir(directory(id))).toSorted()

  beforeEach(async () => {
    logsDir = await mkdtemp(join(tmpdir(), 'naru-rotate-'))
    clock = new FakeClock()
    reopen = (id) => writeFile(log(id), '', { flag: 'a' })
    for (const id of ['a', 'b']) {
      await mkdir(directory(id), { recursive: true })
      await writeFile(log(id), `long enough ${id}`)
    }
  })
  afterEach(() => rm(logsDir, { recursive: true, force: true }))

  const container = (id: string): Container => ({
    id,
    sandboxId: 's',
    name: id,
    attempt: 0,
    state: 'running',
    createdAtMs: 0,
    labels: { [POD_UID_LABEL]: 'uid', [POD_NAME_LABEL]: 'p', [POD_NAMESPACE_LABEL]: 'default' },
    annotations: {},
  })
  const rotate = () =>
    rotateLogs({
      runtime: { listContainers: async () => [container('a'), container('b')], reopenLog: (id) => reopen(id) },
      logsDir,
      clock,
      logger: silentLogger,
      maxBytes: 10,
      maxFiles: 3,
    })

  it('go on in a new file when they are large, and the oldest files go', async () => {
    for (let round = 0; round < 4; round++) {
      await writeFile(log('a'), `round ${round} of many`)
      await rotate()
      await clock.advance(1_000)
    }
    const [current, ...rotated] = await names('a')
    expect([current, rotated.length]).toEqual(['0.log', 2])
    expect(await readFile(join(directory('a'), rotated[1] ?? ''), 'utf8')).toBe('round 3 of many')
    await rotate()
    expect(await names('a')).toEqual([current, ...rotated])
  })

  it('are rotated though one of them cannot be: that one stays as it was', async () => {
    reopen = (id) => (id === 'a' ? Promise.reject(new Error('a is stuck')) : writeFile(log(id), ''))
    await expect(rotate()).rejects.toThrow('a is stuck')
    expect(await names('a')).toEqual(['0.log'])
    expect(await names('b')).toHaveLength(2)
  })

  it('keep the new file when the runtime made it and could not say so', async () => {
    reopen = async (id) => {
      await writeFile(log(id), 'new')
      throw new Error('no answer')
    }
    await expect(rotate()).rejects.toThrow('no answer')
    expect(await readFile(log('a'), 'utf8')).toBe('new')
    expect(await names('a')).toHaveLength(2)
  })

  it('have their file again when it was taken away, or the kubelet was killed before the runtime made a new one', async () => {
    await rm(log('a'))
    await rename(log('b'), `${log('b')}.20260101T000000`)
    await rotate()
    expect(await names('a')).toEqual(['0.log'])
    expect(await names('b')).toEqual(['0.log', '0.log.20260101T000000'])
  })
})
