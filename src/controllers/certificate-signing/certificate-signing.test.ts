import { createHash, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { makeSigningRequest } from '../../../test/harness/signing-request.ts'
import { type k8s, resources } from '../../api/index.ts'
import { type ApiServer, openApiServer } from '../../apiserver/index.ts'
import { type Client, openClient, openHttpsExchange } from '../../client/index.ts'
import { silentLogger, systemClock } from '../../lib/index.ts'
import { openMemoryStore } from '../../store/index.ts'
import { runControllers } from '../run-controllers.ts'
import { isOutdated } from './clean.ts'

const MASTERS = ['system:masters', 'system:authenticated']
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'
const { certificatesigningrequests, serviceaccounts, secrets } = resources

let server: ApiServer
let client: Client
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const certificatesDir = await mkdtemp(join(tmpdir(), 'naru-signing-'))
  stack.defer(() => rm(certificatesDir, { recursive: true }))
  const store = stack.use(await openMemoryStore())
  const common = { logger: silentLogger, clock: systemClock }
  server = stack.use(await openApiServer({ ...common, store, certificatesDir, host: '127.0.0.1', port: 0 }))
  client = openClient(server.exchangeAs({ name: 'admin', groups: MASTERS }), { userAgent: 'test' })
  const stop = new AbortController()
  const manager = openClient(server.exchangeAs({ name: 'system:kube-controller-manager', groups: MASTERS }), {})
  const running = runControllers({ ...common, client: manager, signal: stop.signal, caPem: 'CA', keys: server })
  stack.defer(async () => {
    stop.abort()
    await running
  })
})
afterAll(() => stack.disposeAsync())

const create = (
  name: string,
  spec: { requestPem: string; signerName: string } & Record<string, unknown>,
  as = client,
) => {
  const { requestPem, ...rest } = spec
  return as.create(certificatesigningrequests, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      usages: ['digital signature', 'client auth'],
      ...rest,
      request: Buffer.from(requestPem).toString('base64'),
    },
  })
}
const approve = async (name: string) => {
  const request = await client.get(certificatesigningrequests, { name })
  const conditions = [{ type: 'Approved', status: 'True', reason: 'Test', message: 'yes' }]
  await client.subresource(certificatesigningrequests, { name }, 'approval', {
    method: 'PUT',
    body: { ...request, status: { conditions } },
  })
}
const answer = async (name: string): Promise<k8s.CertificateSigningRequestStatus> => {
  const decided = async () => (await client.get(certificatesigningrequests, { name })).status ?? {}
  await expect
    .poll(async () => {
      const { certificate, conditions = [] } = await decided()
      return certificate !== undefined || conditions.some(({ type }) => type === 'Failed')
    })
    .toBe(true)
  return decided()
}
const pemOf = ({ certificate = '' }: k8s.CertificateSigningRequestStatus) =>
  Buffer.from(certificate, 'base64').toString()

describe('an approved request', () => {
  it('becomes a certificate with which its bearer is known', async () => {
    const { requestPem, keyPem } = await makeSigningRequest('CN=jane, O=devs')
    await create('jane', { requestPem, signerName: CLIENT_SIGNER, expirationSeconds: 3600 })
    await approve('jane')
    const certPem = pemOf(await answer('jane'))
    const certificate = new X509Certificate(certPem)
    expect(certificate.ca).toBe(false)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(3_900_000)
    await using exchange = openHttpsExchange({ server: server.url, caPem: server.caPem, certPem, keyPem })
    const review = await call(exchange, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {} })
    expect(review.json.status).toMatchObject({
      userInfo: {
        username: 'jane',
        groups: ['devs', 'system:authenticated'],
        extra: {
          'authentication.kubernetes.io/credential-id': [
            `X509SHA256=${createHash('sha256').update(certificate.raw).digest('hex')}`,
          ],
        },
      },
    })
  })

  it('of a kubelet’s server keeps its names', async () => {
    const { requestPem } = await makeSigningRequest('CN=system:node:one, O=system:nodes', ['one.example'])
    await create('serving', {
      requestPem,
      signerName: 'kubernetes.io/kubelet-serving',
      usages: ['digital signature', 'server auth'],
    })
    await approve('serving')
    const certificate = new X509Certificate(pemOf(await answer('serving')))
    expect(certificate.subjectAltName).toBe('DNS:one.example')
    expect(certificate.verify(new X509Certificate(server.caPem).publicKey)).toBe(true)
  })

  it.each([
    [CLIENT_SIGNER, 'CN=jane', ['server auth'], 'invalid usage for client certificate: server auth'],
    [CLIENT_SIGNER, 'CN=jane', ['key encipherment'], 'missing required usage for client certificate: client auth'],
    [
      'kubernetes.io/kubelet-serving',
      'CN=system:node:one, O=system:nodes',
      ['server auth'],
      'DNS or IP subjectAltName is required',
    ],
    [
      'kubernetes.io/kube-apiserver-client-kubelet',
      'CN=one, O=system:nodes',
      ['client auth'],
      'subject common name does not begin with system:node:',
    ],
  ])('for %s of %s with %j fails and says why', async (signerName, subject, usages, message) => {
    const name = `bad-${Math.abs(message.length)}-${usages.length}`
    await create(name, { requestPem: (await makeSigningRequest(subject)).requestPem, signerName, usages })
    await approve(name)
    expect((await answer(name)).conditions).toContainEqual(
      expect.objectContaining({ type: 'Failed', reason: 'SignerValidationFailure', message }),
    )
  })

  it('for somebody else’s signer is left to them', async () => {
    const { requestPem } = await makeSigningRequest('CN=jane')
    await create('theirs', { requestPem, signerName: 'example.com/signer' })
    await approve('theirs')
    await create('after', { requestPem, signerName: CLIENT_SIGNER })
    await approve('after')
    await answer('after')
    expect((await client.get(certificatesigningrequests, { name: 'theirs' })).status?.certificate).toBeUndefined()
  })
})

describe('a request of a kubelet for its client certificate', () => {
  it('is approved when who asks has the right to it', async () => {
    const { requestPem } = await makeSigningRequest('CN=system:node:one, O=system:nodes')
    const signerName = 'kubernetes.io/kube-apiserver-client-kubelet'
    await create('node', { requestPem, signerName })
    const { conditions, certificate } = await answer('node')
    expect(certificate).toBeDefined()
    expect(conditions).toContainEqual(
      expect.objectContaining({
        type: 'Approved',
        reason: 'AutoApproved',
        message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
      }),
    )
  })
})

describe('an answered request', () => {
  const HOUR = 3_600_000
  const at = (ms: number) => new Date(ms).toISOString()
  const request = (conditions: object[], certificate?: string) =>
    ({ metadata: { name: 'r', creationTimestamp: at(0) }, status: { conditions, certificate } }) as never

  it.each([
    ['pending', request([]), 24 * HOUR],
    ['denied', request([{ type: 'Denied', lastUpdateTime: at(0) }]), HOUR],
    ['failed', request([{ type: 'Failed', lastUpdateTime: at(0) }]), HOUR],
    ['issued', request([{ type: 'Approved', lastUpdateTime: at(0) }], 'x'), HOUR],
  ])('that is %s goes after its time', (_what, one, afterMs) => {
    expect(isOutdated(one, afterMs)).toBe(false)
    expect(isOutdated(one, afterMs + 1)).toBe(true)
  })

  it('that is approved and waits for its signer stays', () => {
    expect(isOutdated(request([{ type: 'Approved', lastUpdateTime: at(0) }]), 1000 * HOUR)).toBe(false)
  })
})

describe('a secret for the token of a service account', () => {
  const NS = { namespace: 'default' }
  const metadata = { ...NS, name: 'token', annotations: { 'kubernetes.io/service-account.name': 'robot' } }

  it('is filled, its token is good as long as the secret is there, and both go with the account', async () => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...NS, name: 'robot' } }
    const { metadata: made } = await client.create(serviceaccounts, account)
    const type = 'kubernetes.io/service-account-token'
    await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, type })
    const data = async () => (await client.get(secrets, metadata)).data ?? {}
    await expect.poll(async () => Object.keys(await data()).toSorted()).toEqual(['ca.crt', 'namespace', 'token'])
    const token = Buffer.from((await data()).token ?? '', 'base64').toString()
    const who = async () => {
      const headers = { authorization: `Bearer ${token}` }
      return call(server.exchange, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, headers })
    }
    expect((await who()).json.status).toMatchObject({
      userInfo: { username: 'system:serviceaccount:default:robot', uid: made.uid },
    })
    const today = new Date().toISOString().slice(0, 10)
    await expect
      .poll(async () => (await client.get(secrets, metadata)).metadata.labels)
      .toEqual({ 'kubernetes.io/legacy-token-last-used': today })
    await client.delete(serviceaccounts, { ...NS, name: 'robot' })
    expect((await who()).status).toBe(401)
    await expect
      .poll(() =>
        client.get(secrets, metadata).then(
          () => 'there',
          () => 'gone',
        ),
      )
      .toBe('gone')
  })
})
