import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mountPointsIn } from './mounts.ts'
import { removeFolder } from './remove-folder.ts'

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'naru-remove-')))
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('a folder', () => {
  it('goes also where it is deeper than a path may be long', async () => {
    const folder = join(root, 'folder')
    await mkdir(folder)
    const name = 'd'.repeat(200)
    const descend = `for i in $(seq 40); do mkdir ${name} && cd -P ${name} || exit 1; done; echo deep > file`
    execFileSync('sh', ['-c', descend], { cwd: folder })
    await removeFolder(folder)
    await removeFolder(folder)
    expect(await readdir(root)).toEqual([])
  })

  it('goes without what its links lead to', async () => {
    await mkdir(join(root, 'folder'))
    await writeFile(join(root, 'kept'), '')
    await symlink(root, join(root, 'folder', 'up'))
    await removeFolder(join(root, 'folder'))
    expect(await readdir(root)).toEqual(['kept'])
  })
})

it('what is mounted in a folder is found by whatever path leads there', async () => {
  const table = join(root, 'mountinfo')
  const line = (path: string) => `36 35 98:0 / ${path} rw,noatime master:1 - tmpfs tmpfs rw\n`
  const state = join(root, 'a b')
  await mkdir(state)
  await symlink(state, join(root, 'link'))
  await writeFile(table, ['/', `${root}/a\\040b/pods`, `${root}/a\\040bc`, `${root}/a\\040b/pods/x`].map(line).join(''))
  const expected = [`${state}/pods`, `${state}/pods/x`]
  expect(await mountPointsIn(state, table)).toEqual(expected)
  expect(await mountPointsIn(join(root, 'link'), table)).toEqual(expected)
})
