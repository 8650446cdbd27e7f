import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeFileAtomically } from './files.ts'
import { resolvePaths } from './paths.ts'
import { identifyProcess, isAlive } from './process-identity.ts'

it('knows a living process from a dead one and from another with its pid', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const identity = identifyProcess(child.pid ?? 0)
  expect(identity && isAlive(identity)).toBe(true)
  expect(isAlive({ pid: child.pid ?? 0, startTime: '1' })).toBe(false)
  // The same pid at the same time of an earlier boot is another's; a record of an earlier version does not say which boot.
  const { pid, startTime } = identity ?? { pid: 0, startTime: '' }
  expect(isAlive({ pid, startTime, boot: 'an earlier one' })).toBe(false)
  expect(isAlive({ pid, startTime })).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(identity && isAlive(identity)).toBe(false)
  expect(identifyProcess(-1)).toBeUndefined()
})

it('replaces a file whole, privately, and leaves nothing beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'naru-files-'))
  try {
    const path = join(directory, 'deep', 'file')
    await writeFileAtomically(path, 'one')
    await writeFileAtomically(path, 'two')
    expect(await readFile(path, 'utf8')).toBe('two')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory, 'deep'))).toEqual(['file'])
  } finally {
    await rm(directory, { recursive: true })
  }
})

it('puts everything under NARU_STATE_DIR when that is given', () => {
  const paths = resolvePaths({ HOME: '/home/a', NARU_STATE_DIR: '/s' })
  expect(paths).toEqual({ stateDir: '/s', runDir: '/s/run', cacheDir: '/s/cache', kubeconfig: '/home/a/.kube/config' })
  expect(
    resolvePaths({ HOME: '/home/a', NARU_STATE_DIR: '/s', NARU_CACHE_DIR: '/c', KUBECONFIG: '/k:/l' }),
  ).toMatchObject({
    cacheDir: '/c',
    kubeconfig: '/k',
  })
})
