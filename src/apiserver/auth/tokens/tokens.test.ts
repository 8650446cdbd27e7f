import { createPublicKey, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { type k8s, type Resource, resources } from '../../../api/index.ts'
import { FakeClock } from '../../../lib/index.ts'
import { EXTENDED_SECONDS, ISSUER } from './claims.ts'

const NS = { namespace: 'default' }
const TOKENS = '/api/v1/namespaces/default/serviceaccounts/builder/token'
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

let cluster: TestCluster
let clock: FakeClock
let account: k8s.ServiceAccount

beforeEach(async () => {
  clock = new FakeClock()
  cluster = await openTestCluster({ clock })
  account = await cluster.client.create(resources.serviceaccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...NS, name: 'builder' },
  })
})
afterEach(() => cluster[Symbol.asyncDispose]())

const request = (spec: object, metadata: object = {}) =>
  call(cluster.exchange, 'POST', TOKENS, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec },
  })
async function tokenFor(spec: object = {}): Promise<string> {
  const answer = await request(spec)
  expect(answer.status, answer.text).toBe(201)
  return (answer.json as unknown as k8s.TokenRequest).status?.token ?? ''
}
const whoIs = async (token: string, headers: Record<string, string> = {}) => {
  const answer = await call(cluster.server.exchange, 'POST', WHO, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  return { status: answer.status, user: (answer.json.status as { userInfo?: k8s.UserInfo } | undefined)?.userInfo }
}
const review = async (token: string, audiences?: string[]) => {
  const answer = await call(cluster.exchange, 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } },
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.status as k8s.TokenReviewStatus
}
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
const headOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
const pod = (name: string, serviceAccountName = 'builder') =>
  cluster.client.create(resources.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...NS, name },
    spec: { serviceAccountName, containers: [{ name: 'c', image: 'i' }] },
  })
const bound = (object: { metadata: k8s.ObjectMeta }, kind = 'Pod') => ({
  boundObjectRef: { apiVersion: 'v1', kind, name: object.metadata.name, uid: object.metadata.uid },
})

describe('a service account token', () => {
  it('says who its bearer is, and has an hour unless asked otherwise', async () => {
    const answer = await request({})
    expect(answer.json).toMatchObject({
      metadata: { ...NS, name: 'builder', uid: account.metadata.uid },
      spec: { audiences: [ISSUER], expirationSeconds: 3600 },
      status: { expirationTimestamp: '2023-11-14T23:13:20Z' },
    })
    const token = (answer.json as unknown as k8s.TokenRequest).status?.token ?? ''
    const now = clock.now() / 1000
    expect(claimsOf(token)).toEqual({
      iss: ISSUER,
      sub: 'system:serviceaccount:default:builder',
      aud: [ISSUER],
      iat: now,
      nbf: now,
      exp: now + 3600,
      jti: expect.any(String) as string,
      'kubernetes.io': { ...NS, serviceaccount: { name: 'builder', uid: account.metadata.uid } },
    })
    expect(await whoIs(token)).toMatchObject({
      status: 201,
      user: {
        username: 'system:serviceaccount:default:builder',
        uid: account.metadata.uid,
        groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claimsOf(token).jti as string}`] },
      },
    })
  })

  it('is good until a minute past its end, as clocks differ', async () => {
    const token = await tokenFor({ expirationSeconds: 600 })
    await clock.advance(660_000)
    expect((await whoIs(token)).status).toBe(201)
    await clock.advance(1000)
    expect((await whoIs(token)).status).toBe(401)
    expect(await review(token)).toEqual({
      user: {},
      error: '[invalid bearer token, service account token has expired]',
    })
  })

  it('dies with its account, also when another of that name comes', async () => {
    const token = await tokenFor()
    expect((await whoIs(token)).status).toBe(201)
    await cluster.client.delete(resources.serviceaccounts, { ...NS, name: 'builder' })
    expect((await review(token)).error).toBe('[invalid bearer token, serviceaccounts "builder" not found]')
    const { metadata } = await cluster.client.create(resources.serviceaccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...NS, name: 'builder' },
    })
    expect((await review(token)).error).toBe(
      `[invalid bearer token, service account UID (${metadata.uid}) does not match claim (${account.metadata.uid})]`,
    )
    expect((await whoIs(token)).status).toBe(401)
  })

  it('that is bound to a pod names it, and dies with it', async () => {
    const made = await pod('web')
    const token = await tokenFor(bound(made))
    expect((await whoIs(token)).user?.extra).toMatchObject({
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [made.metadata.uid],
    })
    await cluster.client.delete(resources.pods, { ...NS, name: 'web' }, { gracePeriodSeconds: 0 })
    expect((await whoIs(token)).status).toBe(401)
    expect((await review(token)).error).toBe('[invalid bearer token, service account token has been invalidated]')
    const again = await pod('web')
    expect((await review(token)).error).toBe(
      `[invalid bearer token, pod UID (${again.metadata.uid}) does not match service account pod ref claim (${made.metadata.uid})]`,
    )
  })

  it('of a pod that is being deleted has another minute', async () => {
    const made = await pod('web')
    await cluster.client.patch(resources.pods, { ...NS, name: 'web' }, { metadata: { finalizers: ['a.b/c'] } })
    const token = await tokenFor(bound(made))
    await cluster.client.delete(resources.pods, { ...NS, name: 'web' }, { gracePeriodSeconds: 0 })
    await clock.advance(60_000)
    expect((await whoIs(token)).status).toBe(201)
    await clock.advance(1000)
    expect((await whoIs(token)).status).toBe(401)
  })

  it('names the node of its pod', async () => {
    const node = await cluster.client.create(resources.nodes, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'one' },
      spec: {},
    })
    await pod('web')
    const nodeName = { target: { kind: 'Node', name: 'one' }, metadata: { name: 'web' } }
    await call(cluster.exchange, 'POST', '/api/v1/namespaces/default/pods/web/binding', { body: nodeName })
    const token = await tokenFor(bound(await cluster.client.get(resources.pods, { ...NS, name: 'web' })))
    const onNode = {
      'authentication.kubernetes.io/node-name': ['one'],
      'authentication.kubernetes.io/node-uid': [node.metadata.uid],
    }
    expect((await whoIs(token)).user?.extra).toMatchObject(onNode)
    await cluster.client.delete(resources.nodes, { name: 'one' })
    expect((await whoIs(token)).user?.extra).toMatchObject(onNode)
  })

  it.each(['Secret', 'Node'] as const)('can be bound to a %s', async (kind) => {
    const resource: Resource<k8s.Secret> = kind === 'Secret' ? resources.secrets : resources.nodes
    const metadata = { name: 'thing', ...(kind === 'Secret' && NS) }
    const made = await cluster.client.create(resource, { apiVersion: 'v1', kind, metadata })
    const token = await tokenFor(bound(made, kind))
    expect((await whoIs(token)).status).toBe(201)
    await cluster.client.delete(resource, metadata)
    expect((await whoIs(token)).status).toBe(401)
  })

  it('of the life that the kubelet asks for is extended by a year, and late use is noted', async () => {
    const made = await pod('web')
    const answer = await request({ ...bound(made), expirationSeconds: 3607 })
    const { status } = answer.json as unknown as k8s.TokenRequest
    const now = clock.now() / 1000
    expect(claimsOf(status?.token ?? '')).toMatchObject({
      exp: now + EXTENDED_SECONDS,
      'kubernetes.io': { warnafter: now + 3607 },
    })
    expect(Date.parse(status?.expirationTimestamp ?? '')).toBe((now + 3607) * 1000)
    const plain = claimsOf(await tokenFor({ ...bound(made), expirationSeconds: 3607, audiences: ['vault'] }))
    expect(plain.exp).toBe(now + 3607)
  })

  it('for others is none for the API, and is good where it is meant to be', async () => {
    const token = await tokenFor({ audiences: ['vault', 'shop'] })
    expect((await whoIs(token)).status).toBe(401)
    expect((await review(token)).error).toBe(
      `[invalid bearer token, token audiences ["vault" "shop"] is invalid for the target audiences ["${ISSUER}"]]`,
    )
    expect(await review(token, ['shop', 'else'])).toMatchObject({ authenticated: true, audiences: ['shop'] })
  })

  it.each([
    [{ expirationSeconds: 599 }, 'Invalid value: 599: may not specify a duration less than 10 minutes'],
    [
      { expirationSeconds: 2 ** 32 + 1 },
      'Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
  ])('is not issued for %j', async (spec, message) => {
    const answer = await request(spec)
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({
      reason: 'Invalid',
      details: { kind: 'TokenRequest', causes: [{ field: 'spec.expirationSeconds', message }] },
    })
  })

  it('is bound only to what is there and uses the account', async () => {
    const other = await pod('other', 'default')
    const made = await pod('web')
    const refused = async (boundObjectRef: object) => {
      const answer = await request({ boundObjectRef })
      return [answer.status, answer.json.message]
    }
    expect(await refused(bound(other).boundObjectRef)).toEqual([
      400,
      'cannot bind token for serviceaccount "builder" to pod running with different serviceaccount name.',
    ])
    expect(await refused({ ...bound(made).boundObjectRef, uid: 'else' })).toEqual([
      409,
      `Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (else) does not match the UID in record. The object might have been deleted and then recreated`,
    ])
    expect(await refused({ kind: 'Pod', apiVersion: 'v1', name: 'none' })).toEqual([404, 'pods "none" not found'])
    expect(await refused({ kind: 'Job', apiVersion: 'batch/v1', name: 'x' })).toEqual([
      400,
      'cannot bind token to object of type batch/v1, Kind=Job',
    ])
  })

  it('is asked for by the right name and uid', async () => {
    expect((await request({}, { name: 'else' })).status).toBe(422)
    expect((await request({}, { uid: 'else' })).status).toBe(409)
    const none = TOKENS.replace('builder', 'none')
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
    expect((await call(cluster.exchange, 'POST', none, { body })).json.message).toBe('serviceaccounts "none" not found')
  })

  it('of another key, with another alg or changed by a letter is none', async () => {
    const token = await tokenFor()
    const [head = '', body = '', signature = ''] = token.split('.')
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    await using elsewhere = await openTestCluster({ clock })
    await elsewhere.client.create(resources.serviceaccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { ...NS, name: 'builder' },
    })
    const foreign = await call(elsewhere.exchange, 'POST', TOKENS, { body: { spec: {} } })
    const forged = [
      (foreign.json as unknown as k8s.TokenRequest).status?.token ?? '',
      `${encoded({ alg: 'none' })}.${body}.`,
      `${encoded({ ...headOf(token), alg: 'HS256' })}.${body}.${signature}`,
      `${head}.${encoded({ ...claimsOf(token), sub: 'system:serviceaccount:kube-system:admin' })}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${head}.${body}`,
      'x',
    ]
    for (const one of forged) {
      expect((await whoIs(one)).status).toBe(401)
      expect((await review(one)).authenticated).toBeUndefined()
    }
    expect((await whoIs(token)).status).toBe(201)
  })

  it('is taken from a WebSocket protocol as well, and never from elsewhere', async () => {
    const token = await tokenFor()
    const encoded = Buffer.from(token).toString('base64url')
    const asked = (headers: Record<string, string>) =>
      call(cluster.server.exchange, 'GET', `/api?access_token=${token}`, { headers })
    const protocol = `base64url.bearer.authorization.k8s.io.${encoded}`
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
    expect((await asked({})).status).toBe(401)
    expect((await asked({ ...upgrade, 'sec-websocket-protocol': `${protocol}, v5.channel.k8s.io` })).status).toBe(200)
    expect((await asked({ ...upgrade, 'sec-websocket-protocol': protocol })).status).toBe(401)
    expect((await asked({ 'sec-websocket-protocol': `${protocol}, v5.channel.k8s.io` })).status).toBe(401)
    expect((await asked({ authorization: `Basic ${encoded}` })).status).toBe(401)
  })

  it('can be verified by anybody with the published key', async () => {
    const token = await tokenFor({ audiences: ['vault'] })
    const configuration = await call(cluster.exchange, 'GET', '/.well-known/openid-configuration')
    expect(configuration.json).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    })
    const { json, headers } = await call(cluster.exchange, 'GET', '/openid/v1/jwks')
    expect(headers).toMatchObject({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=3600',
    })
    const [key] = json.keys as { kid: string; use: string; alg: string }[]
    expect(headOf(token)).toEqual({ alg: 'ES256', kid: key?.kid })
    const [head, body, signature = ''] = token.split('.')
    const publicKey = { key: createPublicKey({ key: key as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const }
    expect(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
  })
})

describe('a token review', () => {
  it('needs a token, and knows no other than the cluster has issued', async () => {
    const answer = await call(cluster.exchange, 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: {} },
    })
    expect([answer.status, answer.json.message]).toEqual([400, 'token is required for TokenReview in authentication'])
    expect(await review('x')).toEqual({ user: {}, error: 'invalid bearer token' })
  })
})

describe('a bootstrap token', () => {
  const DATA = {
    'token-id': 'abcdef',
    'token-secret': '0123456789abcdef',
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': 'system:bootstrappers:workers',
    expiration: '2023-11-14T23:00:00Z',
  }
  const keep = (data: Partial<typeof DATA> = {}, over: Partial<k8s.Secret> = {}) =>
    cluster.client.create(resources.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'kube-system', name: 'bootstrap-token-abcdef' },
      type: 'bootstrap.kubernetes.io/token',
      stringData: { ...DATA, ...data },
      ...over,
    })
  const TOKEN = 'abcdef.0123456789abcdef'

  it('names its bearer and groups until it expires', async () => {
    await keep()
    expect((await whoIs(TOKEN)).user).toMatchObject({
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:workers', 'system:authenticated'],
    })
    expect(await review(TOKEN)).toMatchObject({ authenticated: true, audiences: [ISSUER] })
    expect((await review(TOKEN, ['vault'])).authenticated).toBeUndefined()
    await clock.advance(2_800_000)
    expect((await whoIs(TOKEN)).status).toBe(401)
  })

  it.each([
    [{ 'token-secret': '0123456789abcdee' }, {}],
    [{ 'token-id': 'abcdee' }, {}],
    [{ 'usage-bootstrap-authentication': 'false' }, {}],
    [{ 'auth-extra-groups': 'system:masters' }, {}],
    [{ expiration: 'soon' }, {}],
    [{}, { type: 'Opaque' }],
    [{}, { metadata: { namespace: 'default', name: 'bootstrap-token-abcdef' } }],
  ])('is none with %j %j', async (data, over) => {
    await keep(data, over)
    expect((await whoIs(TOKEN)).status).toBe(401)
  })
})
