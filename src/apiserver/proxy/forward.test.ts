import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { forward } from './forward.ts'

const LINK = '<a href="/next">next</a>'
const MEBIBYTE = Buffer.alloc(1024 * 1024, 'x')

let server: Server
/** Mebibytes that the server has got rid of. */
let sent: number

beforeEach(async () => {
  sent = 0
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.write(LINK)
    const goOn = () => {
      while (!response.destroyed && response.write(MEBIBYTE)) sent++
      response.once('drain', () => sent++)
      response.once('drain', goOn)
    }
    goOn()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it('a page that does not come to an end is handed on as it is, and not kept', async () => {
  const request = { method: 'GET', url: '/', headers: {}, body: '', signal: new AbortController().signal } as const
  const { port } = server.address() as AddressInfo
  const { body } = await forward(request, { scheme: 'http', host: '127.0.0.1', port, path: '/', prefix: '/proxy' })
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    expect(Buffer.from(chunk).toString()).toMatch(LINK)
    break
  }
  expect(sent).toBeLessThan(32)
})
