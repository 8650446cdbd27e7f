import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { type Answer, call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const MAPS = '/api/v1/namespaces/default/configmaps'
let cluster: TestCluster
beforeEach(async () => {
  cluster = await openTestCluster()
})
afterEach(() => cluster[Symbol.asyncDispose]())

interface Entry {
  manager: string
  operation: string
  apiVersion: string
  subresource?: string
  time?: string
  fieldsV1: Record<string, unknown>
}
/** In an order that does not depend on the second in which the test runs. */
const entries = (answer: Answer) =>
  ((answer.json.metadata?.['managedFields'] ?? []) as Entry[]).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
const keyOf = ({ manager, operation, subresource }: Entry) => `${manager} ${operation} ${subresource ?? ''}`.trim()
const owners = (answer: Answer) => entries(answer).map(keyOf)

const send = (
  method: 'PATCH' | 'PUT' | 'POST' | 'GET',
  url: string,
  options: { body?: unknown; text?: string; type?: string; agent?: string } = {},
) =>
  call(cluster.exchange, method, url, {
    ...(options.body !== undefined && { body: options.body }),
    ...(options.text !== undefined && { text: options.text }),
    headers: {
      ...(options.type && { 'content-type': `application/${options.type}` }),
      'user-agent': options.agent ?? 'tester/1.0 (linux)',
    },
  })
const apply = (url: string, body: unknown, query = 'fieldManager=me') =>
  send('PATCH', `${url}?${query}`, { body, type: 'apply-patch+yaml' })
const merge = (url: string, body: unknown, query = '') =>
  send('PATCH', `${url}?${query}`, { body, type: 'merge-patch+json' })

const map = (data: Record<string, string>, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', ...metadata },
  data,
})
const deployment = (replicas?: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    ...(replicas !== undefined && { replicas }),
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
  },
})

describe('who owns what is recorded', () => {
  it('under the name in the query, or the program that asks', async () => {
    const created = await send('POST', MAPS, { body: map({ a: '1' }) })
    expect(owners(created)).toEqual(['tester Update'])
    expect(entries(created)[0]?.fieldsV1).toEqual({ 'f:data': { '.': {}, 'f:a': {} } })
    const patched = await merge(`${MAPS}/m`, { data: { b: '2' } }, 'fieldManager=patcher')
    expect(owners(patched)).toEqual(['patcher Update', 'tester Update'])
    expect(owners(await send('GET', `${MAPS}/m`))).toEqual(['patcher Update', 'tester Update'])
  })

  it('of a status apart from the object, without what each cannot set', async () => {
    await send('POST', DEPLOYMENTS, { body: { ...deployment(), status: { replicas: 3 } } })
    const answer = await merge(`${DEPLOYMENTS}/web/status`, { spec: { replicas: 7 }, status: { replicas: 2 } })
    expect(owners(answer)).toEqual(['tester Update', 'tester Update status'])
    expect(entries(answer)[1]?.fieldsV1).toEqual({ 'f:status': { 'f:replicas': {} } })
    expect(entries(answer)[0]?.fieldsV1).not.toHaveProperty('f:status')
  })

  it('and a write that changes nothing is none', async () => {
    const created = await send('POST', MAPS, { body: map({ a: '1' }) })
    const same = await send('PUT', `${MAPS}/m`, { body: map({ a: '1' }), agent: 'other' })
    expect(same.json).toEqual(created.json)
  })

  it('until it is forgotten on request', async () => {
    await send('POST', MAPS, { body: map({ a: '1' }) })
    const reset = await merge(`${MAPS}/m`, { metadata: { managedFields: [{}] } })
    expect(reset.json.metadata).not.toHaveProperty('managedFields')
    const applied = await apply(`${MAPS}/m`, map({ b: '2' }))
    expect(owners(applied)).toEqual(['before-first-apply Update', 'me Apply'])
  })

  it('but not of what a binding sets', async () => {
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } }
    await send('POST', '/api/v1/namespaces/default/pods', { body: pod })
    const target = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } }
    await send('POST', '/api/v1/namespaces/default/pods/p/binding', { body: target, agent: 'scheduler' })
    const bound = await send('GET', '/api/v1/namespaces/default/pods/p')
    expect([owners(bound), bound.json.metadata?.['generation']]).toEqual([['tester Update'], 1])
  })

  test.each([
    ['x'.repeat(129), 'fieldManager: Too long: may not be more than 128 bytes'],
    ['a\tb', 'fieldManager: Invalid value: "a\\tb": invalid character U+0009 (at position 1)'],
  ])('and %j is no name', async (name, why) => {
    const answer = await send('POST', `${MAPS}?fieldManager=${encodeURIComponent(name)}`, { body: map({}) })
    expect(answer.status).toBe(422)
    expect(answer.json.message).toBe(`CreateOptions.meta.k8s.io "" is invalid: ${why}`)
  })
})

describe('apply', () => {
  it('creates what is not there, and afterwards changes it', async () => {
    const created = await apply(`${MAPS}/m`, map({ a: '1', b: '2' }))
    expect([created.status, created.json['data'], owners(created)]).toEqual([201, { a: '1', b: '2' }, ['me Apply']])
    const changed = await apply(`${MAPS}/m`, map({ b: '3' }))
    expect([changed.status, changed.json['data'], owners(changed)]).toEqual([200, { b: '3' }, ['me Apply']])
    const same = await apply(`${MAPS}/m`, map({ b: '3' }))
    expect(same.json).toEqual(changed.json)
  })

  it('takes YAML', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: "1"\n'
    const answer = await send('PATCH', `${MAPS}/m?fieldManager=me`, { text, type: 'apply-patch+yaml' })
    expect([answer.status, answer.json['data']]).toEqual([201, { a: '1' }])
  })

  it('takes YAML that looks like JSON', async () => {
    const text = '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m",}, "data": {"a": "1",},\n}'
    const answer = await send('PATCH', `${MAPS}/m?fieldManager=me`, { text, type: 'apply-patch+yaml' })
    expect([answer.status, answer.json['data']]).toEqual([201, { a: '1' }])
  })

  it('says who owns what it would change, and changes it when forced', async () => {
    await apply(`${DEPLOYMENTS}/web`, deployment(1))
    await merge(`${DEPLOYMENTS}/web`, { spec: { replicas: 4 } }, 'fieldManager=scaler')
    const refused = await apply(`${DEPLOYMENTS}/web`, deployment(1))
    expect(refused.status).toBe(409)
    expect(refused.json).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "scaler" using apps/v1: .spec.replicas',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
    })
    const forced = await apply(`${DEPLOYMENTS}/web`, deployment(1), 'fieldManager=me&force=true')
    expect([forced.json['spec'], owners(forced)]).toEqual([expect.objectContaining({ replicas: 1 }), ['me Apply']])
  })

  it('leaves defaults to the server when it no longer names them', async () => {
    await apply(`${DEPLOYMENTS}/web`, deployment(4))
    const answer = await apply(`${DEPLOYMENTS}/web`, deployment())
    expect(answer.json['spec']).toMatchObject({ replicas: 1 })
    expect(JSON.stringify(entries(answer)[0]?.fieldsV1)).not.toContain('replicas')
  })

  it('writes nothing when it is a dry run', async () => {
    const answer = await apply(`${MAPS}/m`, map({ a: '1' }), 'fieldManager=me&dryRun=All')
    expect([answer.status, owners(answer)]).toEqual([201, ['me Apply']])
    expect((await send('GET', `${MAPS}/m`)).status).toBe(404)
  })

  it('of a status owns only that', async () => {
    await apply(`${DEPLOYMENTS}/web`, deployment(1))
    const { selector: _, ...spec } = deployment(9).spec
    const status = { ...deployment(9), spec, status: { replicas: 3 } }
    const answer = await apply(`${DEPLOYMENTS}/web/status`, status, 'fieldManager=controller')
    expect([answer.status, answer.json['status'], owners(answer)]).toEqual([
      200,
      { replicas: 3 },
      ['controller Apply status', 'me Apply'],
    ])
    expect(entries(answer)[0]?.fieldsV1).toEqual({ 'f:status': { 'f:replicas': {} } })
    expect(answer.json['spec']).toMatchObject({ replicas: 1 })
  })

  it('may name the version it was made for', async () => {
    const { json } = await apply(`${MAPS}/m`, map({ a: '1' }))
    const { resourceVersion, uid } = json.metadata as { resourceVersion: string; uid: string }
    expect((await apply(`${MAPS}/m`, map({ a: '2' }, { resourceVersion, uid }))).status).toBe(200)
    const stale = await apply(`${MAPS}/m`, map({ a: '3' }, { resourceVersion }))
    expect([stale.status, stale.json.message]).toEqual([409, expect.stringContaining('has been modified')])
  })

  test.each([
    [
      'who',
      '',
      map({}),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ['what', 'fieldManager=me', { ...map({}), kind: undefined }, 400, 'invalid object type: /v1, Kind='],
    ['an object', 'fieldManager=me', [], 400, 'error decoding YAML: the configuration must be an object'],
    [
      'the same name',
      'fieldManager=me',
      map({}, { name: 'x' }),
      400,
      'the name of the object (x) does not match the name on the URL (m)',
    ],
    ['no owners', 'fieldManager=me', map({}, { managedFields: [] }), 400, 'metadata.managedFields must be nil'],
    [
      'no other object',
      'fieldManager=me',
      map({}, { uid: 'u' }),
      409,
      'Operation cannot be fulfilled on configmaps "m": uid mismatch: the provided object specified uid u, and no existing object was found',
    ],
    [
      'known fields',
      'fieldManager=me&fieldValidation=Ignore',
      { ...map({}), spec: {} },
      500,
      'failed to create typed patch object (/m; /v1, Kind=ConfigMap): .spec: field not declared in schema',
    ],
  ])('must say %s', async (_, query, body, status, message) => {
    const answer = await apply(`${MAPS}/m`, body, query)
    expect([answer.status, answer.json.message]).toEqual([status, message])
  })

  it('of a key that is there twice is refused or warned of', async () => {
    const text = '\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  foo: "1"\n  foo: "2"\n'
    const patch = (validation: string) =>
      send('PATCH', `${MAPS}/m?fieldManager=me&fieldValidation=${validation}`, { text, type: 'apply-patch+yaml' })
    const why = 'error converting YAML to JSON: yaml: unmarshal errors:\n  line 7: key "foo" already set in map'
    const strict = await patch('Strict')
    expect([strict.status, strict.json.message]).toEqual([400, `error strict decoding YAML: ${why}`])
    const warned = await patch('Warn')
    expect([warned.status, warned.json['data']]).toEqual([201, { foo: '2' }])
    expect(warned.headers['warning']).toContain('key \\"foo\\" already set in map')
    expect((await patch('Ignore')).headers['warning']).toBeUndefined()
  })

  it('is the only patch that may be forced, and none in CBOR', async () => {
    expect((await merge(`${MAPS}/m`, {}, 'force=true')).json.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    )
    const cbor = await send('PATCH', `${MAPS}/m?fieldManager=me`, { text: 'x', type: 'apply-patch+cbor' })
    expect(cbor.status).toBe(415)
    expect(cbor.json.message).toBe('415: Unsupported Media Type')
  })
})

describe('the scale of a workload', () => {
  const scale = (replicas: number) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas },
  })
  const replicaOwners = async () => {
    const answer = await send('GET', `${DEPLOYMENTS}/web`)
    const all = entries(answer).filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('"f:replicas"'))
    return [(answer.json['spec'] as { replicas: number }).replicas, ...all.map(({ manager }) => manager)]
  }
  const SCALE = `${DEPLOYMENTS}/web/scale`

  it('is owned by who last set it, in the workload and in its scale', async () => {
    await apply(`${DEPLOYMENTS}/web`, deployment(1), 'fieldManager=apply_test')
    await merge(SCALE, { spec: { replicas: 5 } }, 'fieldManager=scale_test')
    expect(await replicaOwners()).toEqual([5, 'scale_test'])
    expect((await apply(`${DEPLOYMENTS}/web`, deployment(1), 'fieldManager=apply_test')).status).toBe(409)
    await apply(`${DEPLOYMENTS}/web`, deployment(1), 'fieldManager=apply_test&force=true')
    expect(await replicaOwners()).toEqual([1, 'apply_test'])
    const refused = await apply(SCALE, scale(17), 'fieldManager=apply_scale')
    expect([refused.status, refused.json.message]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "apply_test": .spec.replicas',
    ])
    await apply(SCALE, scale(17), 'fieldManager=apply_scale&force=true')
    expect(await replicaOwners()).toEqual([17, 'apply_scale'])
    await send('PUT', `${SCALE}?fieldManager=replace_test`, { body: scale(7) })
    expect(await replicaOwners()).toEqual([7, 'replace_test'])
    await apply(SCALE, scale(7), 'fieldManager=co_owning_test')
    expect(await replicaOwners()).toEqual([7, 'co_owning_test', 'replace_test'])
    await merge(SCALE, { spec: { replicas: 5 } }, 'fieldManager=scale_test')
    expect(await replicaOwners()).toEqual([5, 'scale_test'])
    const entry = entries(await send('GET', `${DEPLOYMENTS}/web`)).find(({ manager }) => manager === 'scale_test')
    expect(entry).toMatchObject({ apiVersion: 'apps/v1', operation: 'Update', subresource: 'scale' })
  })

  it('keeps its owner when only its status is patched', async () => {
    await apply(`${DEPLOYMENTS}/web`, deployment(1), 'fieldManager=apply_test')
    await merge(SCALE, { status: { replicas: 42 } }, 'fieldManager=scale_test')
    expect(await replicaOwners()).toEqual([1, 'apply_test'])
  })
})

test('an autoscaler that is owned in one version is applied in the other', async () => {
  const v1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/web'
  const v2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/web'
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 }
  const of = (version: string, more: object) => ({
    apiVersion: `autoscaling/${version}`,
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { ...spec, ...more },
  })
  expect((await apply(v1, of('v1', { targetCPUUtilizationPercentage: 60 }), 'fieldManager=a')).status).toBe(201)
  const other = await apply(v2, of('v2', { maxReplicas: 4 }), 'fieldManager=b')
  expect(other.json.message).toBe('Apply failed with 1 conflict: conflict with "a": .spec.maxReplicas')
  const shared = await apply(v2, of('v2', {}), 'fieldManager=b')
  expect(entries(shared).map(({ manager, apiVersion }) => `${manager} ${apiVersion}`)).toEqual([
    'a autoscaling/v1',
    'b autoscaling/v2',
  ])
})
