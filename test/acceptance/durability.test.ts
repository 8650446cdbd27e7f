import { mkdir, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { k8s } from '../../src/api/index.ts'
import { freePort } from '../sides/side.ts'
import { mustRun } from './harness/command.ts'
import { type Installation, openInstallation } from './harness/installation.ts'

const processRuntime = { NARU_RUNTIME: 'process' }
/** The same ports at each start, so that a client goes on. */
const up = ['up', '--port', String(await freePort()), '--api-port', String(await freePort())]

describe('naru backup and naru restore', () => {
  let naru: Installation
  let file: string
  beforeAll(async () => {
    naru = await openInstallation({ env: processRuntime })
    file = join(naru.root, 'naru.backup')
    await naru.mustNaru(...up)
  })
  afterAll(async () => naru?.[Symbol.asyncDispose]())

  it('brings back what was there at the backup, with the same keys, and keeps what it replaces', async () => {
    await naru.kubectl('create', 'configmap', 'kept', '--from-literal=a=1')
    const before = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'kept')
    const said = JSON.parse(await naru.mustNaru('backup', file, '--json')) as { path: string; objects: number }
    expect(said.path).toBe(file)
    expect(said.objects).toBeGreaterThan(50)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await naru.kubectl('create', 'configmap', 'later', '--from-literal=a=1')
    await naru.kubectl('delete', 'configmap', 'kept')
    const last = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'later')

    const refused = await naru.naru('restore', file, '--yes')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Naru is running')

    await naru.mustNaru('down')
    const unconfirmed = await naru.naru('restore', file)
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--yes')])
    await naru.mustNaru('restore', file, '--yes')
    await naru.mustNaru(...up)
    // The kubeconfig written before still works: the authority is the same.
    const after = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'kept')
    expect(after.metadata.uid).toBe(before.metadata.uid)
    expect((await naru.kubectlResult(['get', 'configmap', 'later'])).stderr).toContain('NotFound')
    await naru.kubectl('create', 'configmap', 'new')
    const created = await naru.kubectlJson<k8s.ConfigMap>('get', 'configmap', 'new')
    expect(Number(created.metadata.resourceVersion)).toBeGreaterThan(Number(last.metadata.resourceVersion))
    expect((await readdir(naru.stateDir)).some((name) => name.startsWith('before-restore-'))).toBe(true)
  })

  it('refuses what is no backup, and changes nothing', async () => {
    await naru.mustNaru('down')
    const cut = join(naru.root, 'cut.backup')
    await mustRun('cp', [file, cut])
    await truncate(cut, Math.floor((await stat(cut)).size / 2))
    const text = join(naru.root, 'text.backup')
    await writeFile(text, 'hello')
    for (const path of [cut, text, join(naru.root, 'absent')]) {
      const result = await naru.naru('restore', path, '--yes')
      expect([result.code, result.stderr]).toEqual([1, expect.stringContaining('cannot be restored')])
    }
    await naru.mustNaru(...up)
    expect(await naru.kubectl('get', 'configmap', 'new', '-o', 'name')).toContain('configmap/new')
  })

  it('a damaged store keeps the engine from starting, which says how to recover, and recovering works', async () => {
    await naru.mustNaru('backup', join(naru.root, 'fresh.backup'))
    await naru.mustNaru('down')
    const store = await open(join(naru.stateDir, 'store.sqlite'), 'r+')
    await store.write(Buffer.alloc(8192, 0x5a), 0, 8192, 4096)
    await store.close()
    const failed = await naru.naru(...up)
    expect(failed.code).toBe(1)
    expect(failed.stderr).toMatch(/damaged/)
    expect(failed.stderr).toMatch(/naru restore/)
    await naru.mustNaru('restore', join(naru.root, 'fresh.backup'), '--yes')
    await naru.mustNaru(...up)
    expect(await naru.kubectl('get', 'configmap', 'kept', '-o', 'name')).toContain('configmap/kept')
  })
})

describe('a disk that fills up', () => {
  let disk: string
  let naru: Installation
  beforeAll(async () => {
    disk = await mkdtemp(join(tmpdir(), 'naru-disk-'))
    await mustRun('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', disk])
    await mkdir(join(disk, 'naru'))
    naru = await openInstallation({ env: processRuntime, parent: join(disk, 'naru') })
    await naru.mustNaru(...up)
  })
  afterAll(async () => {
    await naru?.[Symbol.asyncDispose]()
    await mustRun('umount', [disk])
    await rm(disk, { recursive: true })
  })

  it('refuses writes with the reason while there is still some left, serves reads, and goes on when there is room', async () => {
    await naru.kubectl('create', 'configmap', 'before', '--from-literal=a=1')
    const ballast = join(disk, 'ballast')
    await mustRun('fallocate', ['-l', `${(await freeMebibytes(disk)) - 40}M`, ballast])
    await expect
      .poll(async () => (await naru.kubectlResult(['create', 'configmap', 'full'])).stderr, { timeout: 20_000 })
      .toMatch(/MiB are free on the disk of .*store\.sqlite.*nothing was changed/)
    expect(await naru.kubectl('get', 'configmap', 'before', '-o', 'name')).toContain('configmap/before')
    await naru.kubectl('delete', 'configmap', 'before')
    await rm(ballast)
    await naru.kubectl('create', 'configmap', 'after')
    expect(await naru.kubectl('get', 'configmap', 'after', '-o', 'name')).toContain('configmap/after')
  })
})

async function freeMebibytes(folder: string): Promise<number> {
  const output = await mustRun('df', ['--output=avail', '-BM', folder])
  return Number.parseInt(output.trim().split('\n').at(-1) ?? '', 10)
}
