import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { runCommandStream } from './command-stream.ts'

const STDOUT = 1
const ERROR = 3
const SUCCESS = Buffer.concat([Buffer.of(ERROR), Buffer.from('{"status":"Success"}')])

let server: WebSocketServer
let warnings: Error[]
const warn = (warning: Error) => warnings.push(warning)

beforeEach(async () => {
  warnings = []
  process.on('warning', warn)
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'v5.channel.k8s.io' })
  await once(server, 'listening')
})
afterEach(() => {
  process.off('warning', warn)
  server.close()
})

it('output that comes faster than it is taken is waited for once, and is all there', async () => {
  server.on('connection', (socket) => {
    for (let i = 0; i < 100; i++) socket.send(Buffer.concat([Buffer.of(STDOUT), Buffer.from('output\n')]))
    socket.send(SUCCESS)
    socket.close()
  })
  const taken: string[] = []
  const stdout = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      taken.push(String(chunk))
      setImmediate(done)
    },
  })
  const { port } = server.address() as AddressInfo
  const exitCode = await runCommandStream({
    connection: { server: `http://127.0.0.1:${port}` },
    path: '/exec',
    stdout,
    stderr: stdout,
    signal: new AbortController().signal,
  })
  stdout.end()
  await once(stdout, 'finish')
  expect(exitCode).toBe(0)
  expect(taken).toHaveLength(100)
  expect(warnings).toEqual([])
})
