import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { builtEntries } from './directory-entries.ts'

let workspace: string
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'naru-built-'))
  workspace = join(dir, 'app')
  await mkdir(join(dir, 'secrets'))
  await writeFile(join(dir, 'secrets', 'key'), '')
  await mkdir(join(workspace, 'lib', 'vendor'), { recursive: true })
  await writeFile(join(workspace, 'lib', 'vendor', 'a.php'), '')
})
afterEach(() => rm(join(workspace, '..'), { recursive: true }))

const built = async (folder: string) =>
  (await builtEntries(workspace, folder, { prefix: 'x' })).map(({ path, type }) => `${type} ${path}`)

it('takes what a build has left in a folder, links as links', async () => {
  await symlink('../../../secrets', join(workspace, 'lib', 'vendor', 'b'))
  expect((await built('lib/vendor')).toSorted()).toEqual(['file x/a.php', 'symlink x/b'])
})

it.each([
  ['in its place', 'vendor', '../secrets'],
  ['above it', 'up', '..'],
  ['to another folder of the app', 'vendor', 'lib/vendor'],
])('takes nothing through a link %s', async (_where, link, target) => {
  await symlink(target, join(workspace, link))
  await expect(built(link === 'up' ? 'up/secrets' : link)).rejects.toMatchObject({
    reason: 'OutputMissing',
    hint: expect.any(String),
  })
})

it('says that there is none', async () => {
  await expect(built('bin')).rejects.toMatchObject({ reason: 'OutputMissing', message: expect.stringContaining('bin') })
})
