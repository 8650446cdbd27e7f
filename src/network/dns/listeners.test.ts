import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { sendReply } from './listeners.ts'

test('who asked from port 0 gets no reply, and ends nothing', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const arrived = once(socket, 'message') as Promise<[Buffer]>
  sendReply(socket, Buffer.from('nowhere'), { address: '127.0.0.1', port: 0 })
  sendReply(socket, Buffer.from('here'), socket.address())
  expect((await arrived)[0].toString()).toBe('here')
  socket.close()
})
