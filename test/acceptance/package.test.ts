import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mustRun } from './harness/command.ts'
import { repository } from './harness/installation.ts'

it('works as the package that npm packs: bundled, installed elsewhere, with nothing of the repository at hand', async () => {
  const root = await mkdtemp(join(tmpdir(), 'naru-package-'))
  const env = {
    ...process.env,
    NARU_STATE_DIR: join(root, 's'),
    NARU_RUNTIME: 'process',
    KUBECONFIG: join(root, 'kubeconfig'),
    LANG: 'C.UTF-8',
  }
  const naru = (...args: string[]) => mustRun(join(root, 'node_modules/.bin/naru'), args, { env, cwd: root })
  try {
    const packed = await mustRun('npm', ['pack', '--silent', '--pack-destination', root], { cwd: repository })
    await mustRun('npm', [
      'install',
      '--no-save',
      '--silent',
      '--prefix',
      root,
      join(root, packed.trim().split('\n').at(-1) ?? ''),
    ])
    expect(await naru('version')).toMatch(/\d+\.\d+\.\d+/)
    await naru('up')
    expect(JSON.parse(await naru('status', '--json'))).toMatchObject({ runtime: 'process' })
    expect(await mustRun('kubectl', ['--context', 'naru', 'get', 'nodes'], { env })).toMatch(/Ready/)
  } finally {
    await naru('down', '--purge').catch(() => '')
    await rm(root, { recursive: true, force: true })
  }
})
