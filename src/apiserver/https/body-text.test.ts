import { mkdtemp, rm } from 'node:fs/promises'
import { request as requestHttps, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { kubectlBodies } from '../../../test/harness/kubectl-bodies.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore, type Store } from '../../store/index.ts'
import { type ApiServer, openApiServer } from '../api-server.ts'
import { bodyText } from './body-text.ts'

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const bodyOf = (command: string) =>
  Buffer.from(kubectlBodies.find((captured) => captured.command.startsWith(command))?.body ?? '', 'base64')
const namespaceBody = bodyOf('kubectl create namespace')

describe('the text of a body', () => {
  test.each([
    ['application/json', Buffer.from('{"a":"값"}'), '{"a":"값"}'],
    [undefined, Buffer.from('{}'), '{}'],
    [PROTOBUF, Buffer.alloc(0), ''],
  ])('of type %s is what its bytes say', async (type, bytes, text) => {
    expect(await bodyText(bytes, type)).toBe(text)
  })

  test.each([
    ['application/json', Buffer.from([0x22, 0xff, 0x22]), /not valid UTF-8/],
    [PROTOBUF, Buffer.from('{"kind":"Namespace"}'), /no Kubernetes protobuf: it does not start with/],
    [`${PROTOBUF};charset=utf-8`, namespaceBody.subarray(0, -1), /cut short/],
  ])('of type %s is refused when it is none', async (type, bytes, message) => {
    await expect(bodyText(bytes, type)).rejects.toMatchObject({
      reason: 'BadRequest',
      message: expect.stringMatching(message),
    })
  })
})

describe('protobuf over HTTPS', () => {
  let directory: string
  let store: Store
  let server: ApiServer
  let pair: { certPem: string; keyPem: string }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'naru-apiserver-'))
    store = await openMemoryStore()
    const port = { host: '127.0.0.1', port: 0 }
    server = await openApiServer({
      store,
      certificatesDir: directory,
      logger: silentLogger,
      clock: systemClock,
      ...port,
    })
    pair = await server.issueClientCertificate({ user: 'admin', groups: ['system:masters'] })
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  })

  interface Sent {
    method?: string
    path: string
    body?: Uint8Array
    type?: string
    asNobody?: boolean
  }

  /** Sends as Go clients do: HTTP/1.1 here, protobuf there and back if the server can. */
  function send({ method = 'POST', path, body, type = PROTOBUF, asNobody = false }: Sent) {
    const options: RequestOptions = {
      method,
      ca: server.caPem,
      agent: false,
      headers: { accept: `${PROTOBUF},application/json`, 'content-type': type, 'content-length': body?.length ?? 0 },
      ...(!asNobody && { cert: pair.certPem, key: pair.keyPem }),
    }
    return new Promise<Record<string, unknown>>((resolve, reject) => {
      const request = requestHttps(new URL(path, server.url), options, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('end', () => resolve(JSON.parse(text) as Record<string, unknown>))
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  test('creates the object, answered as JSON with its defaults', async () => {
    const deployment = bodyOf('kubectl create deployment')
    expect(await send({ path: '/apis/apps/v1/namespaces/default/deployments', body: deployment })).toMatchObject({
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default', uid: expect.any(String) },
      spec: { replicas: 3, template: { spec: { restartPolicy: 'Always' } } },
    })
    expect(await send({ path: '/api/v1/namespaces', body: namespaceBody })).toMatchObject({ kind: 'Namespace' })
    expect(await send({ path: '/api/v1/namespaces', body: namespaceBody })).toMatchObject({ reason: 'AlreadyExists' })
  })

  test('says how to delete', async () => {
    await send({ path: '/api/v1/namespaces/default/configmaps', body: bodyOf('kubectl create configmap') })
    const uid = Buffer.from('no such uid')
    const options = Buffer.concat([Buffer.from([0x12, uid.length + 2, 0x0a, uid.length]), uid])
    const type = Buffer.from('\n\u0013\n\u0002v1\u0012\rDeleteOptions')
    const body = Buffer.concat([Buffer.from('k8s\0'), type, Buffer.from([0x12, options.length]), options])
    const path = '/api/v1/namespaces/default/configmaps/cm'
    expect(await send({ method: 'DELETE', path, body })).toMatchObject({
      reason: 'Conflict',
      message: expect.stringContaining('the UID in the precondition (no such uid)'),
    })
    expect(await send({ method: 'DELETE', path })).toMatchObject({ status: 'Success' })
  })

  test('is refused where it is another kind, damaged, a patch, or CBOR', async () => {
    const path = '/api/v1/namespaces/default/configmaps'
    expect(await send({ path, body: namespaceBody })).toMatchObject({ code: 400, reason: 'BadRequest' })
    expect(await send({ path, body: Buffer.from('k8s\0\n') })).toMatchObject({ code: 400, reason: 'BadRequest' })
    const patch = { method: 'PATCH', path: '/api/v1/namespaces/default', body: namespaceBody }
    expect(await send(patch)).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
    const cbor = { path, body: Buffer.from([0xd9, 0xd9, 0xf7, 0xa0]), type: 'application/cbor' }
    expect(await send(cbor)).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' })
  })

  test('of callers without a certificate is not looked at', async () => {
    expect(await send({ path: '/api/v1/namespaces', body: Buffer.from('k8s\0\n'), asNobody: true })).toMatchObject({
      code: 401,
    })
  })
})
