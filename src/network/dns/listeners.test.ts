import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { openListener, sendReply } from './listeners.ts'
import { readFrames } from './tcp-frames.ts'

test('who asked from port 0 gets no reply, and ends nothing', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const arrived = once(socket, 'message') as Promise<[Buffer]>
  sendReply(socket, Buffer.from('nowhere'), { address: '127.0.0.1', port: 0 })
  sendReply(socket, Buffer.from('here'), socket.address())
  expect((await arrived)[0].toString()).toBe('here')
  socket.close()
})

test('over TCP no more is answered than the client takes', async () => {
  const queries = 1_500
  let [answered, taken, most] = [0, 0, 0]
  const reply = Buffer.alloc(60_000)
  const resolve = async () => {
    answered++
    most = Math.max(most, answered - taken)
    return reply
  }
  await using listener = await openListener({ address: '127.0.0.1', port: 0 }, { resolve })
  const client = connect(listener.port, listener.address)
  const query = Buffer.alloc(42)
  query.writeUInt16BE(query.length - 2)
  // All of them fit into what is read at once.
  client.write(Buffer.concat(Array.from({ length: queries }, () => query)))
  for await (const frame of readFrames(client)) {
    expect(frame.length).toBe(reply.length)
    taken++
    if (taken === queries) break
  }
  // What the kernel keeps of the way between.
  expect(most).toBeLessThan(500)
})
