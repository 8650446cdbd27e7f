import { mkdir, mkdtempDisposable, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deleteHostPath, emptyHostPath } from './host-path.ts'

it.each(['/tmp', '/tmp/', '/tmp/.', '/tmp/../etc', '/etc/x', '/var/tmp/x', '/tmpx/y', '/', '/tmp/x/../../etc'])(
  'does not delete %s',
  async (path) => {
    await expect(deleteHostPath(path)).rejects.toThrow(
      `host_path deleter only supports /tmp/.+ but received provided ${path}`,
    )
  },
)

it('does not follow links out of /tmp, and removes those that are there', async () => {
  await using inside = await mkdtempDisposable('/tmp/naru-inside-')
  await using outside = await mkdtempDisposable('/var/tmp/naru-outside-')
  await mkdir(join(outside.path, 'data'))
  await symlink(outside.path, join(inside.path, 'link'))
  await expect(deleteHostPath(join(inside.path, 'link', 'data'))).rejects.toThrow('host_path deleter only supports')
  await deleteHostPath(join(inside.path, 'link'))
  expect(await readdir(inside.path)).toEqual([])
  expect(await readdir(outside.path)).toEqual(['data'])
})

it('has nothing to do where nothing is', async () => {
  await deleteHostPath('/tmp/naru-nowhere/at/all')
  await emptyHostPath('/tmp/naru-nowhere/at/all')
})

it('empties a directory behind a link', async () => {
  await using directory = await mkdtempDisposable('/tmp/naru-inside-')
  await mkdir(join(directory.path, 'real'))
  await writeFile(join(directory.path, 'real', '.hidden'), '')
  await symlink(join(directory.path, 'real'), join(directory.path, 'link'))
  await emptyHostPath(join(directory.path, 'link'))
  expect(await readdir(join(directory.path, 'real'))).toEqual([])
  expect(await readdir(directory.path)).toEqual(['link', 'real'])
})
