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

const build = (more: { signal?: AbortSignal; name?: string; events?: ProgressEvent[]; path?: string } = {}) =>
  buildImage({
    source: join(dir, 'app'),
    name: more.name ?? 'app',
    namespace: 'default',
    cacheDir: join(dir, 'cache'),
    registry: { address: 'http://127.0.0.1:9' },
    // Without one nothing of this machine is run.
    env: { PATH: more.path ?? join(dir, 'nothing') },
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

  it('ends when there is no network, whatever is still being asked for, and says so', async () => {
    const programs = join(dir, 'programs')
    await mkdir(programs)
    const failing = `echo "Temporary failure resolving 'packages.example'" >&2; exit 100`
    for (const [name, script] of Object.entries({ 'apt-get': failing, 'apt-cache': failing, npm: 'exec sleep 60' }))
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    await writeFile(join(dir, 'app', 'index.js'), '')
    await writeFile(join(dir, 'app', 'package.json'), '{"main":"index.js"}')
    const started = performance.now()
    await expect(build({ path: `${programs}:/usr/bin:/bin` })).rejects.toMatchObject({
      reason: 'BasePackagesUnavailable',
      hint: expect.stringContaining('no network'),
    })
    expect(performance.now() - started).toBeLessThan(50_000)
  })

  it('is cancelled by its signal', async () => {
    await writeFile(join(dir, 'app', 'index.html'), '')
    await expect(build({ signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: 'Cancelled' })
  })

  it('refuses a name that cannot name an image', async () => {
    await expect(build({ name: '../x' })).rejects.toMatchObject({ reason: 'NameInvalid' })
  })
})
