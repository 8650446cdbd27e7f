import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'
import { type k8s, resources } from '../../api/index.ts'
import { FakeClock, silentLogger } from '../../lib/index.ts'
import { withoutApiAccess } from './api-access.ts'
import { ServiceAccountTokens } from './service-account-tokens.ts'

const NS = { namespace: 'default' }
const HOUR_MS = 3_600_000
let cluster: TestCluster
let clock: FakeClock
let tokens: ServiceAccountTokens
let pod: k8s.Pod

beforeEach(async () => {
  clock = new FakeClock()
  cluster = await openTestCluster({ clock })
  const { client } = cluster
  pod = await client.create(resources.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...NS, name: 'web' },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  })
  tokens = new ServiceAccountTokens({ client, clock, logger: silentLogger })
})
afterEach(() => cluster[Symbol.asyncDispose]())

const audiencesOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { aud: string[] }).aud

describe('the tokens of a pod', () => {
  it('are asked for once each, and anew when four fifths of their life are over', async () => {
    const first = await tokens.tokenFor(pod, { expirationSeconds: 1000 })
    expect(await tokens.tokenFor(pod, { expirationSeconds: 1000 })).toBe(first)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 2000 })).not.toBe(first)
    const other = await tokens.tokenFor(pod, { audience: 'vault', expirationSeconds: 1000 })
    expect(audiencesOf(other)).toEqual(['vault'])
    await clock.advance(800_000)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 1000 })).toBe(first)
    await clock.advance(1000)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 1000 })).not.toBe(first)
  })

  it('are a day old at most', async () => {
    const first = await tokens.tokenFor(pod, { expirationSeconds: 100 * 3600 })
    await clock.advance(24 * HOUR_MS)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 100 * 3600 })).toBe(first)
    await clock.advance(1)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 100 * 3600 })).not.toBe(first)
  })

  it('are kept while they are good when there is no new one, and then fail', async () => {
    const first = await tokens.tokenFor(pod, { expirationSeconds: 1000 })
    await cluster.client.delete(resources.serviceaccounts, { ...NS, name: 'default' })
    await clock.advance(900_000)
    expect(await tokens.tokenFor(pod, { expirationSeconds: 1000 })).toBe(first)
    await clock.advance(101_000)
    await expect(tokens.tokenFor(pod, { expirationSeconds: 1000 })).rejects.toMatchObject({
      reason: 'FailedMount',
      message: 'failed to fetch token: serviceaccounts "default" not found',
    })
  })
})

describe('a pod on a node without containers', () => {
  const mount = { name: 'kube-api-access-x', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  const own = { name: 'own', mountPath: '/own' }

  it('goes without what was put in for it, and keeps what it asks for', () => {
    const spec = {
      volumes: [
        { name: 'kube-api-access-x', projected: { sources: [] } },
        { name: 'own', emptyDir: {} },
      ],
      containers: [{ name: 'c', image: 'i', volumeMounts: [own, mount] }],
      initContainers: [{ name: 'init', volumeMounts: [mount] }],
    }
    expect(withoutApiAccess({ metadata: { name: 'p' }, spec }).spec).toEqual({
      volumes: [{ name: 'own', emptyDir: {} }],
      containers: [{ name: 'c', image: 'i', volumeMounts: [own] }],
      initContainers: [{ name: 'init', volumeMounts: [] }],
    })
  })

  it('is left as it is when nothing was put in', () => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [], volumes: [{ name: 'own', emptyDir: {} }] } }
    expect(withoutApiAccess(pod)).toBe(pod)
  })
})
