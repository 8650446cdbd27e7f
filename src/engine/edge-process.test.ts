import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { resolvePaths, silentLogger, systemClock } from '../lib/index.ts'
import { type EdgeWish, ensureEdge } from './edge-process.ts'
import { engineFiles } from './files.ts'

const WISH = { api: {}, gateway: {} } as EdgeWish
const { execPath } = process
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edge-'))
})
afterEach(async () => {
  process.execPath = execPath
  await rm(folder, { recursive: true })
})

it('an edge that cannot be started is told of by its error, and ends nobody', async () => {
  // As after an upgrade of Node that took away the one that runs.
  process.execPath = join(folder, 'node')
  const files = engineFiles(resolvePaths({ NARU_STATE_DIR: folder, NARU_RUN_DIR: folder }))
  const starting = ensureEdge(WISH, { files, clock: systemClock, logger: silentLogger })
  await expect(starting).rejects.toMatchObject({
    code: 'edgeFailed',
    message: expect.stringContaining('ENOENT') as string,
  })
})
