import { afterEach, beforeEach, expect, it, test } from 'vitest'
import { call } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import { openWebhookServer, type Reply, type WebhookServer } from '../../../../test/harness/webhook-server.ts'

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const V1 = '/apis/stable.example.com/v1/namespaces/default/hosts'
const V2 = '/apis/stable.example.com/v2/namespaces/default/hosts'

interface Host {
  apiVersion: string
  metadata: { labels?: Record<string, string>; name?: string; uid?: string }
  hostPort?: string
  host?: string
  port?: string
}
interface Review {
  request: { uid: string; desiredAPIVersion: string; objects: Host[] }
}

/** `hostPort: a:80` in v1 is `host: a`, `port: '80'` in v2. */
function convert(object: Host, apiVersion: string): Host {
  const { hostPort, host, port, ...rest } = object
  if (apiVersion.endsWith('/v1'))
    return { ...rest, apiVersion, ...(host !== undefined && { hostPort: `${host}:${port}` }) }
  const [name = '', number = ''] = (hostPort ?? '').split(':')
  return { ...rest, apiVersion, ...(hostPort !== undefined && { host: name, port: number }) }
}

const answerTo = ({ request }: Review, convertedObjects: unknown[]): Reply => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'ConversionReview',
  response: { uid: request.uid, result: { status: 'Success' }, convertedObjects },
})
const honest = (review: Review): Reply =>
  answerTo(
    review,
    review.request.objects.map((object) => convert(object, review.request.desiredAPIVersion)),
  )

let cluster: TestCluster
let webhook: WebhookServer<Review>
let reply: (review: Review) => Reply

const version = (name: string, properties: Record<string, object>, storage: boolean) => ({
  name,
  served: true,
  storage,
  schema: { openAPIV3Schema: { type: 'object', properties } },
})
const text = { type: 'string' }

beforeEach(async () => {
  cluster = await openTestCluster()
  reply = honest
  webhook = await openWebhookServer<Review>(({ body }) => reply(body))
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'hosts.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'hosts', kind: 'Host' },
      versions: [version('v1', { hostPort: text }, true), version('v2', { host: text, port: text }, false)],
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { url: webhook.url('/convert'), caBundle: webhook.caBundle },
          conversionReviewVersions: ['v1', 'v1beta1'],
        },
      },
    },
  }
  expect((await call(cluster.exchange, 'POST', CRDS, { body: definition })).status).toBe(201)
  await expect.poll(async () => (await call(cluster.exchange, 'GET', V1)).status, { interval: 5 }).toBe(200)
})
afterEach(async () => {
  await cluster[Symbol.asyncDispose]()
  await webhook[Symbol.asyncDispose]()
})

const host = (name: string, apiVersion: string, fields: object) => ({
  apiVersion,
  kind: 'Host',
  metadata: { name },
  ...fields,
})
const make = (name: string, hostPort: string) =>
  call(cluster.exchange, 'POST', V1, { body: host(name, 'stable.example.com/v1', { hostPort }) })

it('objects are served in each version as the webhook has them', async () => {
  await make('a', 'one:80')
  expect((await call(cluster.exchange, 'GET', `${V2}/a`)).json).toMatchObject({
    apiVersion: 'stable.example.com/v2',
    host: 'one',
    port: '80',
  })
  const body = host('b', 'stable.example.com/v2', { host: 'two', port: '81' })
  expect((await call(cluster.exchange, 'POST', V2, { body })).json).toMatchObject({ host: 'two', port: '81' })
  const [entry] = (await cluster.store.list('/registry/stable.example.com/hosts/default/b')).entries
  expect(JSON.parse(entry?.value ?? '')).toMatchObject({ apiVersion: 'stable.example.com/v1', hostPort: 'two:81' })
  const patched = await call(cluster.exchange, 'PATCH', `${V2}/b`, {
    body: { port: '82' },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  expect(patched.json).toMatchObject({ host: 'two', port: '82' })
  expect((await call(cluster.exchange, 'GET', `${V1}/b`)).json).toMatchObject({ hostPort: 'two:82' })
})

it('a list is one question', async () => {
  for (const name of ['a', 'b', 'c']) await make(name, `${name}:80`)
  webhook.asked.length = 0
  const { json } = await call(cluster.exchange, 'GET', V2)
  expect(json.items).toMatchObject([{ host: 'a' }, { host: 'b' }, { host: 'c' }])
  expect(webhook.asked.map(({ body }) => body.request.objects.length)).toEqual([3])
})

test.each<[string, (review: Review) => Reply, string]>([
  [
    'that fails',
    () => ({ status: 500, text: 'oops' }),
    'conversion webhook for stable.example.com/v1, Kind=Host failed: an error on the server ("oops") has prevented the request from succeeding',
  ],
  [
    'that says no',
    (review) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'ConversionReview',
      response: { uid: review.request.uid, result: { status: 'Failed', message: 'no such luck' } },
    }),
    'failed: no such luck',
  ],
  [
    'that answers another question',
    (review) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'ConversionReview',
      response: { uid: 'x', result: { status: 'Success' }, convertedObjects: review.request.objects },
    }),
    'failed: expected response.uid=',
  ],
  ['that forgets objects', (review) => answerTo(review, []), 'returned 0 objects, expected 1'],
  [
    'that converts to something else',
    (review) => answerTo(review, review.request.objects),
    'returned invalid converted object at index 0: invalid groupVersion (expected stable.example.com/v2, received stable.example.com/v1)',
  ],
  [
    'that changes names',
    (review) =>
      answerTo(
        review,
        review.request.objects.map((one) => ({
          ...convert(one, review.request.desiredAPIVersion),
          metadata: { ...one.metadata, name: 'other' },
        })),
      ),
    'must have the same name: a != other',
  ],
])('a webhook %s is told of', async (_, answer, message) => {
  await make('a', 'one:80')
  reply = answer
  const { status, json } = await call(cluster.exchange, 'GET', `${V2}/a`)
  expect(status).toBe(500)
  expect(json.message).toContain(message)
  expect((await call(cluster.exchange, 'GET', `${V1}/a`)).status).toBe(200)
})

it('a webhook may change labels and annotations, and nothing else of the metadata', async () => {
  const created = await make('a', 'one:80')
  reply = (review) =>
    answerTo(
      review,
      review.request.objects.map((one) => ({
        ...convert(one, review.request.desiredAPIVersion),
        metadata: { ...one.metadata, labels: { from: 'webhook' }, finalizers: ['example.com/sneaked-in'] },
      })),
    )
  const { json } = await call(cluster.exchange, 'GET', `${V2}/a`)
  expect(json.metadata).toMatchObject({ labels: { from: 'webhook' }, uid: created.json.metadata?.uid })
  expect(json.metadata).not.toHaveProperty('finalizers')
})
