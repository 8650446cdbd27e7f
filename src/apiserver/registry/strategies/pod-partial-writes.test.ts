import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { call, type CallOptions } from '../../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../../test/harness/cluster.ts'
import type { k8s } from '../../../api/index.ts'

const PODS = '/api/v1/namespaces/default/pods'
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json', 'user-agent': 'debugger/1' }

let cluster: TestCluster
const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions) =>
  call(cluster.exchange, method, url, options)
const patch = (subresource: string, body: object) =>
  send('PATCH', `${PODS}/p/${subresource}`, { body, headers: STRATEGIC })
const podOf = (answer: { json: unknown }) => answer.json as k8s.Pod

beforeEach(async () => {
  cluster = await openTestCluster()
  const container = { name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '1Mi' } } }
  const pod = { metadata: { name: 'p', labels: { a: 'b' } }, spec: { containers: [container] } }
  expect((await send('POST', PODS, { body: pod })).status).toBe(201)
})
afterEach(() => cluster[Symbol.asyncDispose]())

describe('ephemeralcontainers', () => {
  const added = { ephemeralContainers: [{ name: 'e', image: 'shell', targetContainerName: 'c' }] }

  test('gets containers with their defaults, and nothing else of the pod changes', async () => {
    const answer = await patch('ephemeralcontainers', {
      metadata: { labels: { z: 'z' } },
      spec: { ...added, containers: [{ name: 'c', image: 'other' }] },
      status: { phase: 'Failed' },
    })
    expect(answer.status).toBe(200)
    const { metadata, spec, status } = podOf(answer)
    expect(spec.ephemeralContainers).toEqual([
      {
        name: 'e',
        image: 'shell',
        targetContainerName: 'c',
        resources: {},
        imagePullPolicy: 'Always',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ])
    expect(metadata).toMatchObject({ labels: { a: 'b' }, generation: 2 })
    expect(metadata.labels).not.toHaveProperty('z')
    expect([spec.containers[0]?.image, status?.phase]).toEqual(['i', 'Pending'])
    expect(podOf(await send('GET', `${PODS}/p/ephemeralcontainers`)).spec).toEqual(spec)
  })

  test('records who added them', async () => {
    const { metadata } = podOf(await patch('ephemeralcontainers', { spec: added }))
    expect(metadata.managedFields?.find(({ subresource }) => subresource === 'ephemeralcontainers')).toMatchObject({
      manager: 'debugger',
      operation: 'Update',
      fieldsV1: { 'f:spec': { 'f:ephemeralContainers': { 'k:{"name":"e"}': { 'f:targetContainerName': {} } } } },
    })
  })

  test('is neither created nor deleted', async () => {
    for (const method of ['POST', 'DELETE'] as const)
      expect((await send(method, `${PODS}/p/ephemeralcontainers`)).status).toBe(405)
    expect((await patch('ephemeralcontainers/x', {})).status).toBe(404)
  })
})

describe('resize', () => {
  test('changes what containers ask for, and nothing else of the pod', async () => {
    const answer = await patch('resize', {
      metadata: { annotations: { z: 'z' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'x', resources: { requests: { cpu: 1 } } }],
      },
    })
    expect(answer.status).toBe(200)
    const { metadata, spec } = podOf(answer)
    expect(spec.containers[0]).toMatchObject({ image: 'i', resources: { requests: { cpu: '1', memory: '1Mi' } } })
    expect(spec.terminationGracePeriodSeconds).toBe(30)
    expect(metadata.generation).toBe(2)
    expect(metadata.annotations).toBeUndefined()
  })

  test('takes what a LimitRange allows', async () => {
    const limits = [{ type: 'Container', min: { cpu: '50m' } }]
    await send('POST', '/api/v1/namespaces/default/limitranges', {
      body: { metadata: { name: 'l' }, spec: { limits } },
    })
    const wanted = { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '10m' } } }] } }
    const answer = await patch('resize', wanted)
    expect([answer.status, answer.json.message]).toEqual([
      403,
      'pods "p" is forbidden: minimum cpu usage per Container is 50m, but request is 10m',
    ])
  })
})

test('both are discovered', async () => {
  const { resources } = (await send('GET', '/api/v1')).json as unknown as k8s.APIResourceList
  for (const name of ['pods/ephemeralcontainers', 'pods/resize'])
    expect(resources.find((resource) => resource.name === name)).toMatchObject({
      kind: 'Pod',
      verbs: ['get', 'patch', 'update'],
    })
})
