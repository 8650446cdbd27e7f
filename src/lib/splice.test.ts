import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { splice } from './splice.ts'

/** A connection's two ends. */
interface Link {
  near: Socket
  far: Socket
}

/** Takes what it is given a while later, and not at all when it is destroyed before. */
class SlowDuplex extends Duplex {
  taken = ''
  readonly #given = Promise.withResolvers<void>()
  /** Something is on its way. */
  readonly given = this.#given.promise

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#given.resolve()
    setTimeout(() => {
      if (!this.destroyed) this.taken += chunk.toString()
      done()
    }, 200)
  }
}

let listener: Server
let links: Link[]

beforeEach(async () => {
  links = []
  // As those of HTTP servers are.
  listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
})
afterEach(() => {
  for (const { near, far } of links) for (const end of [near, far]) end.destroy()
  listener.close()
})

async function link(): Promise<Link> {
  const accepted = once(listener, 'connection')
  const near = connect((listener.address() as AddressInfo).port, '127.0.0.1')
  const [far] = (await accepted) as [Socket]
  for (const end of [near, far]) end.on('error', () => {})
  links.push({ near, far })
  return { near, far }
}

describe('splice', () => {
  it('passes on what either side says', async () => {
    const [client, server] = [await link(), await link()]
    const joined = splice(client.far, server.near)
    client.near.write('question')
    expect(String(await once(server.far, 'data'))).toBe('question')
    server.far.end('answer')
    expect(String(await once(client.near, 'data'))).toBe('answer')
    client.near.end()
    await joined
  })

  it.each<[string, (server: Socket) => void]>([
    ['ends', (server) => server.destroySoon()],
    ['dies', (server) => server.resetAndDestroy()],
  ])('a client that takes things slowly gets what the server said before it %s', async (_how, over) => {
    const server = await link()
    const client = new SlowDuplex()
    const joined = splice(client, server.near)
    server.far.write('the last words')
    await client.given
    over(server.far)
    await joined
    expect(client.taken).toBe('the last words')
  })

  it('a client that is gone takes the server’s connection along', async () => {
    const [client, server] = [await link(), await link()]
    const joined = splice(client.far, server.near)
    client.near.resetAndDestroy()
    await joined
  })

  it('both are ended by the signal', async () => {
    const [client, server] = [await link(), await link()]
    const stop = new AbortController()
    const joined = splice(client.far, server.near, stop.signal)
    stop.abort()
    await joined
  })

  it('nothing is passed on when the signal came before', async () => {
    const [client, server] = [await link(), await link()]
    await splice(client.far, server.near, AbortSignal.abort())
  })
})
