import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { makeSigningRequest } from '../../../../test/harness/signing-request.ts'
import type { k8s } from '../../../api/index.ts'
import { FakeClock } from '../../../lib/index.ts'
import { openCertificateAuthority } from '../../certificates/authority.ts'

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const SIGNER = 'example.com/signer'
const base64 = (text: string) => Buffer.from(text).toString('base64')

let cluster: TestCluster
let clock: FakeClock
let pem: string

beforeEach(async () => {
  clock = new FakeClock()
  cluster = await openTestCluster({ clock })
  pem = await requestPem('CN=jane, O=devs')
})
afterEach(() => cluster[Symbol.asyncDispose]())

const requestPem = async (name: string) => (await makeSigningRequest(name)).requestPem

const create = (spec: object = {}, exchange = cluster.exchange) =>
  call(exchange, 'POST', REQUESTS, {
    body: {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'jane' },
      spec: { request: base64(pem), signerName: SIGNER, usages: ['client auth'], ...spec },
      status: { certificate: base64('none'), conditions: [{ type: 'Approved', status: 'True' }] },
    },
  })
const patch = (subresource: string, body: object) =>
  call(cluster.exchange, 'PATCH', `${REQUESTS}/jane${subresource}`, {
    body,
    headers: { 'content-type': 'application/merge-patch+json' },
  })
const conditions = (...types: string[]) => ({
  status: { conditions: types.map((type) => ({ type, status: 'True', reason: 'Test' })) },
})
const causes = ({ json }: { json: Record<string, unknown> }) =>
  ((json.details as k8s.StatusDetails | undefined)?.causes ?? []).map(({ field, message }) => `${field}: ${message}`)

describe('a certificate signing request', () => {
  it('is its creator’s, and nothing is decided when it is made', async () => {
    const user = { name: 'jane', uid: '7', groups: ['devs', 'system:masters'], extra: { 'example.com/team': ['a'] } }
    const answer = await create({ username: 'root', groups: ['system:masters'] }, cluster.server.exchangeAs(user))
    expect(answer.status, answer.text).toBe(201)
    expect(answer.json.spec).toMatchObject({
      username: 'jane',
      uid: '7',
      groups: ['devs', 'system:masters'],
      extra: { 'example.com/team': ['a'] },
    })
    expect(answer.json.status).toEqual({})
  })

  it.each([
    [
      { request: base64('none') },
      'spec.request: Invalid value: "bm9uZQ==": PEM block type must be CERTIFICATE REQUEST',
    ],
    [{ usages: [] }, 'spec.usages: Required value'],
    [{ usages: ['client auth', 'client auth'] }, 'spec.usages[1]: Duplicate value: "client auth"'],
    [
      { expirationSeconds: 599 },
      'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
    ],
    [
      { signerName: 'example' },
      `spec.signerName: Invalid value: "example": must be a fully qualified domain and path of the form 'example.com/signer-name'`,
    ],
    [
      { signerName: 'kubernetes.io/legacy-unknown' },
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    ],
  ])('is refused with %j', async (spec, cause) => {
    const answer = await create(spec)
    expect(answer.status).toBe(422)
    expect(causes(answer)).toContain(cause)
  })

  it('is refused when its key did not sign it', async () => {
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
    der[der.length - 1] = (der[der.length - 1] ?? 0) ^ 1
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`
    expect((await create({ request: base64(forged) })).status).toBe(422)
  })

  it('does not make its bearer an administrator', async () => {
    pem = await requestPem('CN=jane, O=system:masters')
    const answer = await create({ signerName: 'kubernetes.io/kube-apiserver-client' })
    expect([answer.status, answer.json.message]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "jane" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    ])
  })

  it('never changes what it asks for', async () => {
    await create()
    const answer = await patch('', { metadata: { labels: { a: 'b' } }, spec: { signerName: 'example.com/other' } })
    expect(answer.json).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: { signerName: SIGNER } })
  })

  it('is decided through its approval, once and for all', async () => {
    await create()
    const approved = await patch('/approval', conditions('Approved'))
    expect(approved.json.status).toEqual({
      conditions: [
        {
          type: 'Approved',
          status: 'True',
          reason: 'Test',
          lastUpdateTime: '2023-11-14T22:13:20Z',
          lastTransitionTime: '2023-11-14T22:13:20Z',
        },
      ],
    })
    const both = await patch('/approval', conditions('Approved', 'Denied'))
    expect(causes(both)).toEqual([
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
    ])
    expect(causes(await patch('/approval', { status: { conditions: [] } }))).toEqual([
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    ])
    const false_ = { status: { conditions: [{ type: 'Approved', status: 'False' }] } }
    expect(causes(await patch('/approval', false_))).toEqual([
      'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
    ])
  })

  it('is not decided through its status, nor signed through its approval', async () => {
    await create()
    expect(causes(await patch('/status', conditions('Denied')))).toEqual([
      'status.conditions: Forbidden: updates may not add a condition of type "Denied"',
    ])
    const approval = await patch('/approval', { status: { certificate: base64('x') } })
    expect((approval.json.status as k8s.CertificateSigningRequestStatus).certificate).toBeUndefined()
  })

  it('gets its certificate once, and only a certificate', async () => {
    await create()
    const refused = await patch('/status', { status: { certificate: base64('x') } })
    expect(causes(refused)).toEqual([
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    ])
    const directory = await mkdtemp(join(tmpdir(), 'naru-csr-'))
    const { caPem } = await openCertificateAuthority(directory, clock)
    await rm(directory, { recursive: true })
    expect((await patch('/status', { status: { certificate: base64(caPem) } })).status).toBe(200)
    expect(causes(await patch('/status', { status: { certificate: base64(caPem + caPem) } }))).toEqual([
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ])
  })

  it('is listed with its signer, its creator and what became of it', async () => {
    await create({ expirationSeconds: 3600 })
    await patch('/approval', conditions('Denied', 'Example'))
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const { json } = await call(cluster.exchange, 'GET', REQUESTS, { headers })
    const names = (json.columnDefinitions as { name: string }[]).map(({ name }) => name)
    expect(names).toEqual(['Name', 'Age', 'SignerName', 'Requestor', 'RequestedDuration', 'Condition'])
    expect(json.rows).toMatchObject([{ cells: ['jane', '0s', SIGNER, 'admin', '60m', 'Denied'] }])
  })

  it('is approved and signed only by those who have the right to its signer', async () => {
    await create()
    const clerk = { name: 'clerk', groups: ['system:authenticated'] }
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const grant = async (name: string, rule: object) => {
      await call(cluster.exchange, 'POST', `${rbac}/clusterroles`, { body: { metadata: { name }, rules: [rule] } })
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }
      const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'clerk' }]
      await call(cluster.exchange, 'POST', `${rbac}/clusterrolebindings`, {
        body: { metadata: { name }, roleRef, subjects },
      })
    }
    const resources = ['approval', 'status'].map((subresource) => `certificatesigningrequests/${subresource}`)
    await grant('writer', { apiGroups: ['certificates.k8s.io'], resources, verbs: ['patch'] })
    const as = (subresource: string, body: object) =>
      call(cluster.server.exchangeAs(clerk), 'PATCH', `${REQUESTS}/jane/${subresource}`, {
        body,
        headers: { 'content-type': 'application/merge-patch+json' },
      })
    const refused = (what: string) =>
      `certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to ${what} requests with signerName "${SIGNER}"`
    expect((await as('approval', conditions('Approved'))).json.message).toBe(refused('approve'))
    expect((await as('status', conditions('Failed'))).json.message).toBe(refused('sign'))
    await grant('signer', {
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      resourceNames: ['example.com/*'],
      verbs: ['approve'],
    })
    expect((await as('approval', conditions('Approved'))).status).toBe(200)
    expect((await as('status', conditions('Approved', 'Failed'))).json.message).toBe(refused('sign'))
  })
})
