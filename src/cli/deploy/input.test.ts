import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appName, checkSource } from './input.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'naru-input-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

it.each([
  ['shop.war', 'shop'],
  ['shop-1.0-SNAPSHOT.war', 'shop'],
  ['order-service-2.11.3.jar', 'order-service'],
  ['Shop_v2.jar', 'shop-v2'],
])('an app of the file %s is called %s', async (file, name) => {
  await writeFile(join(dir, file), '')
  expect(await checkSource(dir, file)).toBe(join(dir, file))
  expect(await appName(join(dir, file), undefined)).toBe(name)
})

it('a folder is one, however it is called, and no other file is a source', async () => {
  await mkdir(join(dir, 'shop.war'))
  expect(await checkSource(dir, 'shop.war')).toBe(join(dir, 'shop.war'))
  await writeFile(join(dir, 'server.js'), '')
  await expect(checkSource(dir, 'server.js')).rejects.toMatchObject({ code: 'folderNotDirectory' })
  await expect(checkSource(dir, 'missing.war')).rejects.toMatchObject({ code: 'folderMissing' })
})
