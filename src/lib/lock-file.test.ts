import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { tryLockFile } from './lock-file.ts'
import { identifyProcess } from './process-identity.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-lock-'))
  path = join(folder, 'lock')
})
afterEach(() => rm(folder, { recursive: true }))

it('one of many that come at once gets it, the others hear who has it, and nothing is left of it', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, () => tryLockFile(path)))
  const held = results.flatMap((result) => ('held' in result ? [result.held] : []))
  const holders = results.flatMap((result) => ('holder' in result ? [result.holder] : []))
  expect(held).toHaveLength(1)
  expect(holders).toEqual(Array(7).fill(identifyProcess(process.pid)))
  await held[0]?.[Symbol.asyncDispose]()
  expect(await readdir(folder)).toEqual([])
  expect(await tryLockFile(path)).toHaveProperty('held')
})

it.each([
  ['a process that has died', JSON.stringify({ ...identifyProcess(process.pid), startTime: '1' })],
  ['nobody', ''],
  ['something else', 'null'],
  ['a program that was cut off', '{"pid":1'],
])('is taken over from %s', async (_, left) => {
  await writeFile(path, left)
  expect(await tryLockFile(path)).toHaveProperty('held')
  expect(await readdir(folder)).toEqual(['lock'])
})

it('says why where there is no such folder', async () => {
  await expect(tryLockFile(join(folder, 'none', 'lock'))).rejects.toThrow(/ENOENT/)
})
