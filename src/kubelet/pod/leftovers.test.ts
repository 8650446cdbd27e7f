import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { podsOnDisk } from './leftovers.ts'

it('pods are known by their directories and by their logs, which tell their names', async () => {
  const root = await mkdtemp(join(tmpdir(), 'naru-leftovers-'))
  const where = { podsDir: join(root, 'pods'), logsDir: join(root, 'logs') }
  expect(await podsOnDisk(where)).toEqual(new Map())
  for (const path of ['pods/uid-1', 'pods/uid-2', 'logs/default_web-0_uid-2', 'logs/team-a_db_uid-3'])
    await mkdir(join(root, path), { recursive: true })
  expect(await podsOnDisk(where)).toEqual(
    new Map([
      ['uid-1', { uid: 'uid-1', name: '', namespace: '' }],
      ['uid-2', { uid: 'uid-2', name: 'web-0', namespace: 'default' }],
      ['uid-3', { uid: 'uid-3', name: 'db', namespace: 'team-a' }],
    ]),
  )
  await rm(root, { recursive: true })
})
