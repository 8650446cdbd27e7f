/** DNS over TCP: each message after its length in two bytes. Source: RFC 7766. */
import type { Socket } from 'node:net'

/** Each whole message. Nothing is read while the one before is dealt with, but for what the socket has already. Throws
 *  what the socket does, and when it closes before its end. */
export async function* readFrames(socket: Socket): AsyncGenerator<Buffer, void> {
  let pending: Buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0)
      const message = pending.subarray(2, end)
      pending = pending.subarray(end)
      yield message
    }
  }
}

export function writeFrame(socket: Socket, message: Buffer): void {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length, 0)
  if (socket.writable) socket.write(Buffer.concat([length, message]))
}
