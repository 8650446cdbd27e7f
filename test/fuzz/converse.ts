/** One connection of any program of the network: what it sends, and all that it hears. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { MAX_INPUT_MS } from './surface.ts'

/** All that the server says until the connection is over. Rejects when it does not end. */
export async function converse(socket: Socket, pieces: readonly Uint8Array[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  try {
    for (const piece of pieces) await write(socket, piece)
    socket.end()
    const late = Symbol('late')
    const wait = AbortSignal.timeout(MAX_INPUT_MS * 2)
    const over = new Promise((resolve) => wait.addEventListener('abort', () => resolve(late), { once: true }))
    if ((await Promise.race([closed, over])) === late) throw new Error('the connection did not end')
  } finally {
    socket.destroy()
  }
  return Buffer.concat(chunks)
}

/** Each piece is one that the server reads by itself, mostly. A server that takes no more is left alone. */
async function write(socket: Socket, piece: Uint8Array): Promise<void> {
  if (socket.destroyed || !socket.writable) return
  if (socket.write(piece)) return new Promise((resolve) => setImmediate(resolve))
  const gone = AbortSignal.timeout(200)
  await Promise.race([once(socket, 'drain', { signal: gone }), once(socket, 'close', { signal: gone })]).catch(() => {})
}

const STATUS_LINE = /(?:^|\r\n)HTTP\/1\.1 (\d{3})/g

/** Throws for what no server may say to whatever bytes. */
export function checkHttp1(answer: Buffer): void {
  const text = answer.toString('latin1')
  if (text !== '' && !text.startsWith('HTTP/1.1 ')) throw new Error(`no HTTP: ${JSON.stringify(text.slice(0, 100))}`)
  for (const [, status] of text.matchAll(STATUS_LINE))
    if (Number(status) >= 500) throw new Error(`answered ${status}: ${text.slice(0, 600)}`)
}
