import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import type { k8s } from '../../api/index.ts'
import { systemClock } from '../../lib/index.ts'
import { RuntimeError } from '../errors.ts'
import { runHook } from '../pod/hooks.ts'
import type { ContainerRuntime } from '../runtime/runtime.ts'
import { checkProbe } from './check.ts'

let server: Server
let port: number
let commands: string[][]

beforeEach(async () => {
  commands = []
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const to = url.searchParams.get('loc')
    if (to !== null) response.setHeader('location', to)
    response.statusCode = to !== null ? 302 : Number(url.searchParams.get('status') ?? 200)
    response.end(url.pathname)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ;({ port } = server.address() as AddressInfo)
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const target = (container: Partial<k8s.Container> = {}) => ({
  runtime: {
    exec: (_id: string, command: string[]) => {
      commands.push(command)
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' })
    },
  } as unknown as ContainerRuntime,
  containerId: 'id',
  container: { name: 'c', ...container },
  dial: () => ({ host: '127.0.0.1', port }),
})
const http = (path: string) => checkProbe({ httpGet: { path, port: 80 } }, target())

describe('an HTTP probe', () => {
  it('is content with answers from 200 to 399, and says the code of others', async () => {
    expect(await http('/a')).toEqual({ success: true, message: '/a' })
    expect(await http('/a?status=503')).toEqual({
      success: false,
      message: 'HTTP probe failed with statuscode: 503',
    })
  })

  it('goes where it is sent on the same host, and takes being sent elsewhere for a warning', async () => {
    expect(await http('/r?loc=/b')).toEqual({ success: true, message: '/b' })
    expect(await http('/r?loc=%2Fb%3Fstatus%3D500')).toMatchObject({ success: false })
    expect(await http('/r?loc=http://0.0.0.0/')).toEqual({
      success: true,
      warning: true,
      message: 'Probe terminated redirects, Response body: /r',
    })
    expect(await http('/r?loc=/r%3Floc%3D/b')).toMatchObject({ success: true, message: '/b' })
  })
})

it('a command is run with the variables that the spec has', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'x' } } },
  ]
  await checkProbe({ exec: { command: ['test', '$(A)', '$(B)'] } }, target({ env }))
  expect(commands).toEqual([['test', '1', '$(B)']])
})

it('a hook is content with whatever answer, and not with none', async () => {
  const run = (httpGet: k8s.HTTPGetAction) => runHook({ httpGet }, target(), { clock: systemClock, limitMs: 2_000 })
  await run({ path: '/a?status=500', port: 80 })
  await run({ path: '/a', port: 80, scheme: 'HTTPS' })
  server.close()
  server.closeAllConnections()
  await expect(run({ path: '/a', port: 80 })).rejects.toThrow(/connection refused/)
})

test.each([
  ['a runtime that does not answer', new RuntimeError('Unavailable', 'connection refused'), { errored: true }],
  ['a command that takes too long', new RuntimeError('Timeout', 'late'), {}],
])('%s is told apart from a container that is not well', async (_what, error, more) => {
  const { runtime, ...rest } = target()
  const failing = { ...runtime, exec: () => Promise.reject(error) } as unknown as ContainerRuntime
  const outcome = await checkProbe({ exec: { command: ['true'] } }, { runtime: failing, ...rest })
  expect(outcome).toEqual({ success: false, message: expect.any(String) as string, ...more })
})

test('a port that the container does not name cannot be looked at', async () => {
  expect(await checkProbe({ tcpSocket: { port: 'web' } }, target())).toEqual({
    success: false,
    errored: true,
    message: "couldn't find port: web",
  })
})
