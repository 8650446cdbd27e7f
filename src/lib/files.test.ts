import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { listIfThere, readIfThere, removeIfEmpty, syncToDisk, writeFileAtomically } from './files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('a file is written whole, for its owner alone, in folders that are made for it, and nothing else stays', async () => {
  const path = join(folder, 'a', 'b')
  await writeFileAtomically(path, 'one')
  await writeFileAtomically(path, 'two')
  expect(await readIfThere(path)).toBe('two')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'a'))).toEqual(['b'])
})

it('where a file cannot be put, nothing of it stays', async () => {
  await writeFileAtomically(join(folder, 'a', 'b'), 'one')
  await expect(writeFileAtomically(join(folder, 'a'), 'two')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect(await readdir(folder)).toEqual(['a'])
})

it('a file that is not there has no text; one that cannot be read is an error', async () => {
  expect(await readIfThere(join(folder, 'none'))).toBeUndefined()
  await expect(readIfThere(folder)).rejects.toThrow('EISDIR')
})

it('a folder that is not there holds nothing, and a file is none', async () => {
  await writeFileAtomically(join(folder, 'a'), '')
  expect(await listIfThere(folder)).toEqual(['a'])
  expect(await listIfThere(join(folder, 'none'))).toEqual([])
  await expect(listIfThere(join(folder, 'a'))).rejects.toThrow('ENOTDIR')
})

it('files and folders are synced, and have to be there', async () => {
  await writeFileAtomically(join(folder, 'a'), '')
  await syncToDisk(join(folder, 'a'))
  await syncToDisk(folder)
  await expect(syncToDisk(join(folder, 'none'))).rejects.toThrow('ENOENT')
})

it('a folder goes when it is empty, and stays when somebody has something in it', async () => {
  const path = join(folder, 'a', 'b')
  await writeFileAtomically(path, 'one')
  await removeIfEmpty(join(folder, 'a'))
  expect(await readIfThere(path)).toBe('one')
  await rm(path)
  await removeIfEmpty(join(folder, 'a'))
  expect(await readdir(folder)).toEqual([])
  await removeIfEmpty(join(folder, 'a'))
  await writeFileAtomically(join(folder, 'file'), 'no folder')
  await expect(removeIfEmpty(join(folder, 'file'))).rejects.toThrow('ENOTDIR')
})
