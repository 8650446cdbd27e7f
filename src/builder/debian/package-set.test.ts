import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../../lib/index.ts'
import { inspectBuildHost } from '../context.ts'
import { startStep } from '../progress.ts'
import { resolvePackageSet } from './package-set.ts'

const DAY_MS = 24 * 3600_000
let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-packages-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

it('without a network yesterday’s versions do, and for an hour nobody asks for newer ones', async () => {
  const [programs, cacheDir] = [join(dir, 'programs'), join(dir, 'cache')]
  await mkdir(programs)
  await mkdir(join(cacheDir, 'debian'), { recursive: true })
  const asked = join(dir, 'asked')
  for (const name of ['apt-get', 'apt-cache'])
    await writeFile(join(programs, name), `#!/bin/sh\necho ${name} >> ${asked}\nexit 100\n`, { mode: 0o755 })
  const env = { PATH: `${programs}:/usr/bin:/bin` }
  const clock = new FakeClock(Date.parse('2026-01-03T00:00:00Z'))
  const packages = [{ name: 'dash', fileName: 'dash_1_amd64.deb', sha256: '0'.repeat(64) }]
  const record = { resolvedAt: clock.now() - 2 * DAY_MS, names: ['dash'], packages }
  await writeFile(join(cacheDir, 'debian', 'base.json'), JSON.stringify(record))

  const warnings: string[] = []
  const onProgress = ({ state, detail }: { state: string; detail: string }) => {
    if (state === 'warning') warnings.push(detail)
  }
  const context = {
    cacheDir,
    clock,
    env,
    host: await inspectBuildHost(env),
    signal: new AbortController().signal,
    onProgress,
  }
  const resolve = () =>
    resolvePackageSet(context, { name: 'base', packages: ['dash'] }, startStep('base', clock, onProgress))
  const timesAsked = async () => (await readFile(asked, 'utf8')).trim().split('\n').length

  expect(await resolve()).toEqual(packages)
  expect(warnings).toEqual([expect.stringContaining('Using the package versions of 2026-01-01.')])
  const once = await timesAsked()
  expect(await resolve()).toEqual(packages)
  expect([warnings.length, await timesAsked()]).toEqual([1, once])
  await clock.advance(2 * 3600_000)
  expect(await resolve()).toEqual(packages)
  expect(await timesAsked()).toBeGreaterThan(once)
})
