import { once } from 'node:events'
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { removeDeadSockets } from './shims.ts'

it('a socket that nobody listens on goes, one that somebody does stays', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'naru-sockets-'))
  const listen = async (name: string) => {
    const server = createServer()
    await once(server.listen(join(directory, name)), 'listening')
    return server
  }
  const [living, dying] = [await listen('living'), await listen('dying')]
  // Closing takes the name away; that of a process that is killed stays.
  await rename(join(directory, 'dying'), join(directory, 'dead'))
  await once(dying.close(), 'close')
  await removeDeadSockets(directory)
  await removeDeadSockets(join(directory, 'none'))
  expect(await readdir(directory)).toEqual(['living'])
  await once(living.close(), 'close')
  await rm(directory, { recursive: true })
})
