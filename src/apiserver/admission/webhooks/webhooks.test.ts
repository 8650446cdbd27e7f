import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { openWebhookServer, type Reply, type WebhookServer } from '../../../../test/harness/webhook-server.ts'
import type { k8s } from '../../../api/index.ts'

interface Review {
  apiVersion: string
  request: Record<string, unknown> & {
    uid: string
    object: { data: Record<string, string> }
    options: { kind: string }
  }
}
type Answer = Record<string, unknown>
const CONFIGMAPS = '/api/v1/namespaces/default/configmaps'
const HOOKS = '/apis/admissionregistration.k8s.io/v1'
const configMap = (name: string, more: object = {}) => ({ metadata: { name, ...more }, data: { a: 'b' } })
const patchOf = (...operations: object[]) => ({
  allowed: true,
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
})

describe('webhooks', () => {
  let cluster: TestCluster
  let server: WebhookServer<Review>
  /** What the webhook at a path answers. */
  let answers: Record<string, (review: Review) => Answer | Reply>
  beforeEach(async () => {
    cluster = await openTestCluster()
    answers = {}
    server = await openWebhookServer<Review>(({ path, body }) => {
      const said = answers[new URL(path, 'https://x').pathname]?.(body) ?? { allowed: true }
      if (typeof said === 'string' || 'text' in said || 'raw' in said) return said
      return { apiVersion: body.apiVersion, kind: 'AdmissionReview', response: { uid: body.request.uid, ...said } }
    })
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
  })

  const everyConfigMap = (operations = ['*'], resources = ['configmaps']) => [
    { operations, apiGroups: ['*'], apiVersions: ['*'], resources },
  ]
  const hook = (name: string, more: Partial<k8s.MutatingWebhook> = {}) => ({
    name: `${name}.example.com`,
    clientConfig: { url: server.url(`/${name}`), caBundle: server.caBundle },
    rules: everyConfigMap(),
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    ...more,
  })
  const configure = async (type: 'mutating' | 'validating', name: string, ...webhooks: object[]) => {
    const { status, text } = await call(cluster.exchange, 'POST', `${HOOKS}/${type}webhookconfigurations`, {
      body: { metadata: { name }, webhooks },
    })
    expect(status, text).toBe(201)
  }
  const create = (body: object, query = '', url = CONFIGMAPS) =>
    call(cluster.exchange, 'POST', `${url}${query}`, { body })

  describe('that validate', () => {
    it('see who does what to which object, and let it pass', async () => {
      await configure('validating', 'one', hook('look'))
      expect((await create(configMap('seen'))).status).toBe(201)
      expect(server.asked).toHaveLength(1)
      expect(server.asked[0]?.path).toBe('/look?timeout=10s')
      expect(server.asked[0]?.body).toMatchObject({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        request: {
          kind: { group: '', version: 'v1', kind: 'ConfigMap' },
          resource: { group: '', version: 'v1', resource: 'configmaps' },
          requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
          requestResource: { group: '', version: 'v1', resource: 'configmaps' },
          name: 'seen',
          namespace: 'default',
          operation: 'CREATE',
          userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
          object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seen' }, data: { a: 'b' } },
          oldObject: null,
          dryRun: false,
          options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
        },
      })
    })

    it('see old and new on an update, and the old one on a delete', async () => {
      await create(configMap('c'))
      await configure('validating', 'one', hook('look'))
      await call(cluster.exchange, 'PATCH', `${CONFIGMAPS}/c`, {
        body: { data: { a: 'c' } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      await call(cluster.exchange, 'DELETE', `${CONFIGMAPS}/c`)
      expect(server.asked.map(({ body }) => body.request)).toMatchObject([
        { operation: 'UPDATE', object: { data: { a: 'c' } }, oldObject: { data: { a: 'b' } } },
        { operation: 'DELETE', object: null, oldObject: { data: { a: 'c' } }, options: { kind: 'DeleteOptions' } },
      ])
      expect(server.asked[0]?.body.request.options.kind).toBe('UpdateOptions')
    })

    it.each<[string, Answer, number, string]>([
      [
        'a message',
        { allowed: false, status: { message: 'not here' } },
        400,
        'admission webhook "no.example.com" denied the request: not here',
      ],
      [
        'a reason and a code',
        { allowed: false, status: { reason: 'Teapot', code: 418 } },
        418,
        'admission webhook "no.example.com" denied the request: Teapot',
      ],
      [
        'nothing more',
        { allowed: false },
        400,
        'admission webhook "no.example.com" denied the request without explanation',
      ],
      [
        'nonsense',
        { allowed: false, status: { reason: 5, message: ['x'], details: 'y', code: '500', __proto__: 1 } },
        400,
        'admission webhook "no.example.com" denied the request without explanation',
      ],
      [
        'a code of success',
        { allowed: false, status: { status: 'Success', code: 200, message: 'm' } },
        400,
        'admission webhook "no.example.com" denied the request: m',
      ],
    ])('refuse with %s', async (_, answer, code, message) => {
      await configure('validating', 'one', hook('no'))
      answers['/no'] = () => answer
      const { status, json } = await create(configMap('c'))
      expect(status).toBe(code)
      expect(json).toMatchObject({ kind: 'Status', status: 'Failure', message, code })
      expect((await call(cluster.exchange, 'GET', `${CONFIGMAPS}/c`)).status).toBe(404)
    })

    it.each<[string, Answer | Reply, string]>([
      ['no response', { raw: 1 }, 'received invalid webhook response: webhook response was absent'],
      ['another uid', { uid: 'x', allowed: true }, 'received invalid webhook response: expected response.uid='],
      ['a patch', patchOf(), 'received invalid webhook response: validating webhook may not return response.patch'],
      [
        'a breakdown',
        { status: 500, text: 'oh' },
        'failed to call webhook: an error on the server ("oh") has prevented',
      ],
    ])('fail the request when they answer with %s', async (_, answer, why) => {
      await configure('validating', 'one', hook('bad'))
      answers['/bad'] = () => answer
      const { status, json } = await create(configMap('c'))
      expect(status).toBe(500)
      expect(json.reason).toBe('InternalError')
      expect(json.message).toMatch(`Internal error occurred: failed calling webhook "bad.example.com": ${why}`)
    })

    it('that cannot be reached fail the request, or are overlooked', async () => {
      const nowhere = { url: 'https://127.0.0.1:1/x' }
      await configure('validating', 'ignored', hook('a', { clientConfig: nowhere, failurePolicy: 'Ignore' }))
      expect((await create(configMap('c'))).status).toBe(201)
      await configure('validating', 'strict', hook('b', { clientConfig: nowhere }))
      expect((await create(configMap('d'))).json.message).toBe(
        'Internal error occurred: failed calling webhook "b.example.com": failed to call webhook: Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
      )
    })

    it('warn', async () => {
      await configure('validating', 'one', hook('warning'))
      answers['/warning'] = () => ({ allowed: true, warnings: ['mind the gap'] })
      expect((await create(configMap('c'))).headers.warning).toBe('299 - "mind the gap"')
    })

    it('are told of dry runs', async () => {
      await configure('validating', 'one', hook('fine', { sideEffects: 'NoneOnDryRun' }))
      expect((await create(configMap('c'), '?dryRun=All')).status).toBe(201)
      expect(server.asked[0]?.body.request.dryRun).toBe(true)
    })

    it('are asked only about what their rules and selectors take in', async () => {
      const labels = { matchLabels: { ask: 'yes' } }
      await configure('validating', 'one', hook('object', { objectSelector: labels }))
      await configure('validating', 'two', hook('namespace', { namespaceSelector: labels }))
      await configure('validating', 'three', hook('cluster', { rules: [{ ...everyConfigMap()[0], scope: 'Cluster' }] }))
      await configure(
        'validating',
        'four',
        hook('pods', { rules: everyConfigMap(['*'], ['pods', 'configmaps/status']) }),
      )
      await create({ metadata: { name: 'asking', labels: { ask: 'yes' } } }, '', '/api/v1/namespaces')
      await create(configMap('plain'))
      expect(server.asked).toEqual([])
      await create(configMap('labelled', { labels: { ask: 'yes' } }))
      await create(configMap('there'), '', '/api/v1/namespaces/asking/configmaps')
      expect(server.asked.map(({ path }) => path)).toEqual(['/object?timeout=10s', '/namespace?timeout=10s'])
    })

    it('are asked only about what meets their conditions', async () => {
      const condition = (expression: string) => ({ matchConditions: [{ name: 'c', expression }] })
      await configure(
        'validating',
        'one',
        hook('ours', condition('object.metadata.name.startsWith("our-") && request.userInfo.username == "admin"')),
        hook('allowed', condition('authorizer.group("").resource("secrets").check("get").allowed()')),
        hook('lax', { ...condition('object.data.nothing == "x"'), failurePolicy: 'Ignore' }),
      )
      await create(configMap('their-map'))
      await create(configMap('our-map'))
      const asked = server.asked.map(({ path, body }) => `${path.split('?')[0]} ${String(body.request.name)}`)
      expect(asked.sort()).toEqual(['/allowed our-map', '/allowed their-map', '/ours our-map'])
      await configure('validating', 'two', hook('strict', condition('object.data.nothing == "x"')))
      expect((await create(configMap('c'))).json).toMatchObject({
        code: 403,
        message: `configmaps "c" is forbidden: expression 'object.data.nothing == "x"' resulted in error: no such key: nothing`,
      })
    })

    it('see what subresources are told, in their own kinds', async () => {
      const pods = '/api/v1/namespaces/default/pods'
      const workloads = '/apis/apps/v1/namespaces/default/deployments'
      const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
      await create({ metadata: { name: 'p' }, spec: template.spec }, '', pods)
      await create(
        { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
        '',
        workloads,
      )
      const rules = [
        { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['pods/*', 'deployments/*', 'pods'] },
      ]
      await configure('validating', 'one', hook('all', { rules }))
      expect((await create({ metadata: { name: 'p' }, target: { name: 'n' } }, '', `${pods}/p/binding`)).status).toBe(
        201,
      )
      await call(cluster.exchange, 'PATCH', `${workloads}/d/scale`, {
        body: { spec: { replicas: 3 } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      expect((await create({ metadata: { name: 'p' } }, '', `${pods}/p/eviction`)).status).toBe(201)
      const told = server.asked.map(({ body: { request } }) => [
        request.operation,
        (request.kind as { kind: string }).kind,
        request.subResource,
        (request.object as unknown as { kind: string }).kind,
      ])
      expect(told).toEqual([
        ['CREATE', 'Binding', 'binding', 'Binding'],
        ['UPDATE', 'Scale', 'scale', 'Scale'],
        ['CREATE', 'Eviction', 'eviction', 'Eviction'],
      ])
      expect(server.asked[1]?.body.request).toMatchObject({
        object: { spec: { replicas: 3 } },
        oldObject: { kind: 'Scale', spec: { replicas: 1 } },
      })
    })

    it('never keep anybody from changing what configures webhooks', async () => {
      await configure('validating', 'one', hook('all', { rules: everyConfigMap(['*'], ['*/*']) }))
      answers['/all'] = () => ({ allowed: false })
      expect((await call(cluster.exchange, 'DELETE', `${HOOKS}/validatingwebhookconfigurations/one`)).status).toBe(200)
      expect(server.asked).toEqual([])
    })

    it('see the version they name, whichever was written', async () => {
      const rule = { operations: ['*'], apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['*'] }
      await configure(
        'validating',
        'one',
        hook('v1', { rules: [rule] }),
        hook('exact', { rules: [rule], matchPolicy: 'Exact' }),
      )
      const scaler = {
        metadata: { name: 'h' },
        spec: {
          maxReplicas: 3,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
          ],
        },
      }
      const answer = await create(scaler, '', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers')
      expect(answer.status, answer.text).toBe(201)
      expect(server.asked.map(({ body }) => body.request)).toMatchObject([
        {
          resource: { version: 'v1' },
          requestResource: { version: 'v2' },
          object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } },
        },
      ])
    })
  })

  describe('that mutate', () => {
    const add = (path: string, value: unknown) => patchOf({ op: 'add', path, value })

    it('change what is written, one after the other', async () => {
      await configure('mutating', 'b', hook('second'))
      await configure('mutating', 'a', hook('first'))
      answers['/first'] = () => add('/data/first', '1')
      answers['/second'] = ({ request }) => add('/data/second', Object.keys(request.object.data).join())
      expect((await create(configMap('c'))).json).toMatchObject({ data: { a: 'b', first: '1', second: 'a,first' } })
    })

    it('leave an object that is decoded, defaulted and validated again', async () => {
      await configure('mutating', 'a', hook('pod', { rules: everyConfigMap(['CREATE'], ['pods']) }))
      const pods = '/api/v1/namespaces/default/pods'
      const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }] } })
      answers['/pod'] = () => add('/spec/initContainers', [{ name: 'init', image: 'i', nonsense: 1 }])
      const { status, json } = await create(pod('good'), '', pods)
      expect(status).toBe(201)
      expect((json.spec as k8s.PodSpec).initContainers).toMatchObject([
        { name: 'init', terminationMessagePolicy: 'File', imagePullPolicy: 'Always' },
      ])
      expect(JSON.stringify(json)).not.toContain('nonsense')
      answers['/pod'] = () => add('/spec/initContainers', [{ name: 'NO', image: 'i' }])
      expect((await create(pod('bad'), '', pods)).status).toBe(422)
      answers['/pod'] = () => add('/spec/initContainers', 'many')
      expect((await create(pod('worse'), '', pods)).status).toBe(500)
    })

    it('cannot touch what the server owns', async () => {
      await configure('mutating', 'a', hook('owner'))
      answers['/owner'] = () =>
        patchOf(
          { op: 'add', path: '/metadata/uid', value: 'mine' },
          { op: 'add', path: '/metadata/deletionTimestamp', value: '2020-01-01T00:00:00Z' },
        )
      const { json } = await create(configMap('c'))
      expect(json.metadata).not.toHaveProperty('deletionTimestamp')
      expect(json.metadata?.uid).not.toBe('mine')
      answers['/owner'] = () => add('/metadata/namespace', 'elsewhere')
      expect((await create(configMap('d'))).status).toBe(400)
    })

    it('are asked again when somebody changed the object after them and they wish so', async () => {
      await configure('mutating', 'a', hook('again', { reinvocationPolicy: 'IfNeeded' }), hook('once'), hook('later'))
      answers['/later'] = ({ request }) => (request.object.data.later ? { allowed: true } : add('/data/later', '1'))
      await create(configMap('c'))
      const asked = () => server.asked.map(({ path }) => path.split('?')[0])
      expect(asked()).toEqual(['/again', '/once', '/later', '/again'])
      expect(server.asked.at(-1)?.body.request.object.data).toEqual({ a: 'b', later: '1' })
      server.asked.length = 0
      await create({ ...configMap('d'), data: { later: '0' } })
      expect(asked()).toEqual(['/again', '/once', '/later'])
    })

    it('may change a scale', async () => {
      const workloads = '/apis/apps/v1/namespaces/default/deployments'
      const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
      await create(
        { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } },
        '',
        workloads,
      )
      await configure('mutating', 'a', hook('scale', { rules: everyConfigMap(['UPDATE'], ['deployments/scale']) }))
      answers['/scale'] = () => patchOf({ op: 'replace', path: '/spec/replicas', value: 2 })
      const { status, json } = await call(cluster.exchange, 'PATCH', `${workloads}/d/scale`, {
        body: { spec: { replicas: 99 } },
        headers: { 'content-type': 'application/merge-patch+json' },
      })
      expect([status, json.spec]).toEqual([200, { replicas: 2 }])
    })

    it('are asked about deletions, of which they can change nothing', async () => {
      await create(configMap('c'))
      await configure('mutating', 'a', hook('del', { rules: everyConfigMap(['DELETE']) }))
      answers['/del'] = () => add('/data/x', '1')
      const { status, json } = await call(cluster.exchange, 'DELETE', `${CONFIGMAPS}/c`)
      expect([status, json.message]).toEqual([
        500,
        'Internal error occurred: admission webhook "del.example.com" attempted to modify the object, which is not supported for this operation',
      ])
    })

    it.each<[string, Answer, string]>([
      [
        'undecodable',
        { allowed: true, patchType: 'JSONPatch', patch: 'AAAA' },
        'failed calling webhook "p.example.com": received undecodable patch in webhook response',
      ],
      [
        'of an unknown type',
        { allowed: true, patchType: 'Merge', patch: 'e30=' },
        'failed calling webhook "p.example.com": unsupported patch type "Merge"',
      ],
      [
        'without a type',
        { allowed: true, patch: 'e30=' },
        'failed calling webhook "p.example.com": received invalid webhook response: webhook returned response.patch but not response.patchType',
      ],
      [
        'that does not apply',
        patchOf({ op: 'remove', path: '/data/zzz' }),
        'Internal error occurred: Unable to remove nonexistent key: zzz: missing value',
      ],
    ])('fail the request with a patch %s', async (_, answer, why) => {
      await configure('mutating', 'a', hook('p'))
      answers['/p'] = () => answer
      const { status, json } = await create(configMap('c'))
      expect(status).toBe(500)
      expect(json.message).toContain(why)
    })
  })
})
