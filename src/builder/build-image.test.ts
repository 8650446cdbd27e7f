import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildImage } from './build-image.ts'
import type { ProgressEvent } from './progress.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-build-'))
  await mkdir(join(dir, 'app'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const build = (more: { signal?: AbortSignal; name?: string; events?: ProgressEvent[] } = {}) =>
  buildImage({
    source: join(dir, 'app'),
    name: more.name ?? 'app',
    namespace: 'default',
    cacheDir: join(dir, 'cache'),
    registry: { address: 'http://127.0.0.1:9' },
    // An empty PATH: nothing of this machine is run.
    env: { PATH: join(dir, 'nothing') },
    signal: more.signal ?? new AbortController().signal,
    onProgress: (event) => more.events?.push(event),
  })

describe('buildImage', () => {
  it('tells the source and its kind before anything is downloaded, and warns of secrets', async () => {
    await writeFile(join(dir, 'app', 'index.html'), '')
    await writeFile(join(dir, 'app', '.env'), 'SECRET=1')
    const events: ProgressEvent[] = []
    await build({ events }).catch(() => undefined)
    expect(events.slice(0, 3)).toMatchObject([
      { step: 'source', state: 'start' },
      { step: 'source', state: 'warning', detail: expect.stringContaining('.env is left out') },
      { step: 'source', state: 'done', detail: '1 files' },
    ])
    expect(events).toContainEqual(expect.objectContaining({ step: 'detect', state: 'done', detail: 'static site' }))
  })

  it('says what to do where there is no apt, and leaves no working folder', async () => {
    await writeFile(join(dir, 'app', 'index.html'), '')
    await expect(build()).rejects.toMatchObject({ reason: 'BasePackagesUnavailable', hint: expect.any(String) })
    expect(await readdir(join(dir, 'cache', 'work')).catch(() => [])).toEqual([])
  })

  it('is cancelled by its signal', async () => {
    await writeFile(join(dir, 'app', 'index.html'), '')
    await expect(build({ signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: 'Cancelled' })
  })

  it('refuses a name that cannot name an image', async () => {
    await expect(build({ name: '../x' })).rejects.toMatchObject({ reason: 'NameInvalid' })
  })
})
