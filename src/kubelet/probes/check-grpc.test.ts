import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkGrpc } from './check-grpc.ts'

let server: Server
let port: number
/** What is asked, and what is answered: a status, or a code of gRPC. */
let answer: (service: string) => { status?: number; code?: number; never?: true }

beforeEach(async () => {
  answer = () => ({ status: 1 })
  server = new Server()
  const same = (bytes: Buffer) => bytes
  server.addService(
    {
      Check: {
        path: '/grpc.health.v1.Health/Check',
        requestStream: false,
        responseStream: false,
        requestSerialize: same,
        requestDeserialize: same,
        responseSerialize: same,
        responseDeserialize: same,
      },
    },
    {
      Check: (call: { request: Buffer }, done: (error: object | null, value?: Buffer) => void) => {
        const result = answer(call.request.subarray(2).toString())
        if (result.never) return
        if (result.code !== undefined) done({ code: result.code, details: 'no' })
        else done(null, result.status ? Buffer.of(8, result.status) : Buffer.alloc(0))
      },
    },
  )
  port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
})
afterEach(() => server.forceShutdown())

const check = (service = '', timeoutMs = 2_000) => checkGrpc({ host: '127.0.0.1', port }, service, timeoutMs)

it('is well when the service serves, and says what else it does', async () => {
  expect(await check()).toEqual({ success: true, message: 'service healthy' })
  answer = (service) => ({ status: service === 'db' ? 2 : 1 })
  expect(await check('db')).toEqual({ success: false, message: 'service unhealthy (responded with "NOT_SERVING")' })
  expect(await check('web')).toMatchObject({ success: true })
  const long = 'x'.repeat(300)
  answer = (service) => ({ status: service.slice(1) === long ? 1 : 2 })
  expect(await check(long)).toMatchObject({ success: true })
  answer = () => ({})
  expect(await check()).toMatchObject({ message: 'service unhealthy (responded with "UNKNOWN")' })
})

it('says why it cannot tell', async () => {
  answer = () => ({ code: status.UNIMPLEMENTED })
  expect((await check()).message).toBe(
    'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no',
  )
  answer = () => ({ code: status.NOT_FOUND })
  expect((await check()).message).toBe('error: health rpc probe failed: rpc error: code = NotFound desc = no')
  answer = () => ({ never: true })
  expect((await check('', 500)).message).toBe('timeout: health rpc did not complete within 0.5s')
  server.forceShutdown()
  expect((await check('', 300)).message).toBe(
    `timeout: failed to connect service "127.0.0.1:${port}" within 0.3s: context deadline exceeded`,
  )
})
