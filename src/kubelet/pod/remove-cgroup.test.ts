import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { removeCgroup } from './remove-cgroup.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'naru-cgroups-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

it('removes the groups of one pod in every hierarchy, and of no other', async () => {
  for (const hierarchy of ['memory', 'pids', 'unified'])
    for (const group of ['one', 'one/container', 'two'])
      await mkdir(join(root, hierarchy, 'naru', group), { recursive: true })
  await mkdir(join(root, 'naru', 'one', 'container'), { recursive: true })
  await writeFile(join(root, 'cgroup.procs'), '')
  await removeCgroup('/naru/one', root)
  await removeCgroup('/naru/one', root)
  for (const hierarchy of ['memory', 'pids', 'unified'])
    expect(await readdir(join(root, hierarchy, 'naru'))).toEqual(['two'])
  expect(await readdir(join(root, 'naru'))).toEqual([])
})

it('tells of a group that is not to be removed yet', async () => {
  await mkdir(join(root, 'memory', 'naru', 'one'), { recursive: true })
  await writeFile(join(root, 'memory', 'naru', 'one', 'busy'), '')
  await expect(removeCgroup('/naru/one', root)).rejects.toThrow(/ENOTEMPTY/)
})
