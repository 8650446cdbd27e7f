import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RESERVE_BYTES } from './free-space.ts'
import { openSqliteStore } from './sqlite.ts'

test('near the end of the disk writes are refused and reads served; deletes go on a little longer; room helps at once', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'naru-space-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  let free = RESERVE_BYTES * 2
  let nowMs = 0
  const path = join(folder, 'store.sqlite')
  const store = stack.use(await openSqliteStore({ path, freeBytes: () => free, nowMs: () => nowMs }))
  await store.create('/a', () => 'a')
  await store.create('/b', () => 'b')

  free = RESERVE_BYTES - 1
  nowMs += 2000
  await expect(store.create('/c', () => 'c')).rejects.toMatchObject({
    reason: 'full',
    message: `only 63 MiB are free on the disk of ${path}, and 64 MiB are kept in reserve; nothing was changed`,
  })
  await expect(store.update('/a', 2, () => 'changed')).rejects.toMatchObject({ reason: 'full' })
  expect((await store.get('/a'))?.value).toBe('a')
  await store.delete('/b', undefined, () => 'b')

  free = RESERVE_BYTES / 2 - 1
  await expect(store.delete('/a', undefined, () => 'a')).rejects.toMatchObject({ reason: 'full' })
  free = RESERVE_BYTES * 2
  await store.create('/c', () => 'c')
  expect(store.revision).toBe(5)
})
