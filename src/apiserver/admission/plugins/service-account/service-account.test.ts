import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../../test/harness/cluster.ts'
import type { k8s } from '../../../../api/index.ts'

const CORE = '/api/v1/namespaces/default'
const PATH = '/var/run/secrets/kubernetes.io/serviceaccount'

describe('the service account of a pod', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await openTestCluster()
  })
  afterEach(() => cluster[Symbol.asyncDispose]())

  const account = (name: string, more: object = {}) =>
    call(cluster.exchange, 'POST', `${CORE}/serviceaccounts`, {
      body: { ...more, metadata: { name, ...(more as { metadata?: object }).metadata } },
    })
  const pod = (spec: Partial<k8s.PodSpec> = {}, metadata: object = {}) =>
    call(cluster.exchange, 'POST', `${CORE}/pods`, {
      body: { metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } },
    })
  const specOf = async (answer: ReturnType<typeof pod>) => (await answer).json.spec as k8s.PodSpec

  it('is the default one, and brings a volume with a token, the authority and the namespace', async () => {
    const spec = await specOf(pod({ initContainers: [{ name: 'i', image: 'i' }] }))
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' })
    const [volume] = spec.volumes ?? []
    expect(volume?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
    expect(volume?.projected).toEqual({
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    })
    const mount = { name: volume?.name, readOnly: true, mountPath: PATH }
    expect([spec.containers[0], spec.initContainers?.[0]].map((one) => one?.volumeMounts)).toEqual([[mount], [mount]])
  })

  it('is not mounted where pod or account say so, the pod first, or where something else is', async () => {
    await account('quiet', { automountServiceAccountToken: false })
    const volumes = async (spec: Partial<k8s.PodSpec>, name: string) => (await specOf(pod(spec, { name }))).volumes
    expect(await volumes({ automountServiceAccountToken: false }, 'a')).toBeUndefined()
    expect(await volumes({ serviceAccountName: 'quiet' }, 'b')).toBeUndefined()
    expect(await volumes({ serviceAccountName: 'quiet', automountServiceAccountToken: true }, 'c')).toHaveLength(1)
    const own = {
      volumes: [{ name: 'own', emptyDir: {} }],
      containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'own', mountPath: PATH }] }],
    }
    expect(await volumes(own, 'd')).toEqual([{ name: 'own', emptyDir: {} }])
  })

  it('lends the pod its pull secrets', async () => {
    await account('puller', { imagePullSecrets: [{ name: 'registry' }] })
    expect(await specOf(pod({ serviceAccountName: 'puller' }))).toMatchObject({
      imagePullSecrets: [{ name: 'registry' }],
    })
  })

  it('must exist', async () => {
    expect((await pod({ serviceAccountName: 'nobody' })).json).toMatchObject({
      code: 403,
      message:
        'pods "p" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    })
  })

  it('is waited for a little while in a new namespace', async () => {
    await call(cluster.exchange, 'POST', '/api/v1/namespaces', { body: { metadata: { name: 'fresh' } } })
    const url = '/api/v1/namespaces/fresh'
    const body = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const created = call(cluster.exchange, 'POST', `${url}/pods`, { body })
    await call(cluster.exchange, 'POST', `${url}/serviceaccounts`, { body: { metadata: { name: 'default' } } })
    expect((await created).status).toBe(201)
  })

  it('may keep a pod from secrets it does not know', async () => {
    await account('strict', {
      metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
      secrets: [{ name: 'known' }],
    })
    const mounting = (secretName: string) =>
      pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName } }] }, { name: secretName })
    expect((await mounting('known')).status).toBe(201)
    expect((await mounting('other')).json.message).toBe(
      'pods "other" is forbidden: volume with secret.secretName="other" is not allowed because service account strict does not reference that secret',
    )
  })

  it('is nothing for mirror pods', async () => {
    const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } }
    expect((await pod({ nodeName: 'n', serviceAccountName: 'default' }, mirror)).json.message).toContain(
      'a mirror pod may not reference service accounts',
    )
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    expect((await pod({ nodeName: 'n', containers: [{ name: 'c', image: 'i', env }] }, mirror)).json.message).toContain(
      'a mirror pod may not reference secrets',
    )
    expect((await specOf(pod({ nodeName: 'n' }, mirror))).volumes).toBeUndefined()
  })
})
