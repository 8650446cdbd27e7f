import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call } from '../../../test/harness/call.ts'
import { openTestCluster, type TestCluster } from '../../../test/harness/cluster.ts'

const LARGE = '9007199254740993'
const OTHER = '9223372036854775806'
const THINGS = '/apis/example.dev/v1/namespaces/default/things'
const REVISIONS = '/apis/apps/v1/namespaces/default/controllerrevisions'
const SLICES = '/apis/resource.k8s.io/v1/resourceslices'

const definition = {
  metadata: { name: 'things.example.dev' },
  spec: {
    group: 'example.dev',
    scope: 'Namespaced',
    names: { plural: 'things', kind: 'Thing' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        additionalPrinterColumns: [{ name: 'Count', type: 'integer', jsonPath: '.spec.count' }],
        selectableFields: [{ jsonPath: '.spec.count' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  count: {
                    type: 'integer',
                    format: 'int64',
                    minimum: 0,
                    'x-kubernetes-validations': [{ rule: `self != ${OTHER}`, message: 'not this one' }],
                  },
                  either: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  some: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' },
                },
              },
            },
          },
        },
      },
    ],
  },
}
let cluster: TestCluster
beforeAll(async () => {
  cluster = await openTestCluster()
  await call(cluster.exchange, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition })
})
afterAll(() => cluster[Symbol.asyncDispose]())

const send = (method: 'POST' | 'PUT' | 'PATCH' | 'GET', url: string, text = '', type = 'application/json') =>
  call(cluster.exchange, method, url, { text, headers: { 'content-type': type } })
const thing = (spec: string, name = 't', more = '') =>
  `{"apiVersion":"example.dev/v1","kind":"Thing","metadata":{"name":"${name}"${more}},"spec":${spec}}`

describe('an integer of 64 bits in a custom object', () => {
  const spec = `{"count":${LARGE},"either":${LARGE},"free":{"a":[${LARGE}]},"some":[${LARGE},${OTHER}]}`

  test.each([
    ['JSON', 'application/json', thing(spec, 'json')],
    ['YAML', 'application/yaml', thing(spec, 'yaml').replace('}}', '}, }')],
  ])('is kept as it was sent in %s', async (_, type, text) => {
    const made = await send('POST', THINGS, text, type)
    expect([made.status, made.text]).toEqual([201, expect.stringContaining(`"spec":${spec}`)])
    const url = `${THINGS}/${made.json.metadata?.['name'] as string}`
    expect((await send('GET', url)).text).toContain(`"spec":${spec}`)
    // The write reads all of it, and writes it anew.
    const labelled = await send('PATCH', url, '{"metadata":{"labels":{"a":"b"}}}', 'application/merge-patch+json')
    expect(labelled.text).toContain(`"spec":${spec}`)
    expect(labelled.json.metadata?.['generation']).toBe(1)
  })

  test.each([
    ['merge patch', 'application/merge-patch+json', `{"spec":{"count":${LARGE}}}`],
    ['JSON patch', 'application/json-patch+json', `[{"op":"replace","path":"/spec/count","value":${LARGE}}]`],
    ['apply', 'application/apply-patch+yaml', thing(`{"count":${LARGE}}`, 'patched')],
    ['apply in YAML', 'application/apply-patch+yaml', thing(`{"count":${LARGE}}`, 'patched').replace('}}', '}, }')],
  ])('is kept as a %s has it', async (_, type, text) => {
    await send('POST', THINGS, thing('{"count":1}', 'patched'))
    await send('PATCH', `${THINGS}/patched`, '{"spec":{"count":1}}', 'application/merge-patch+json')
    const patched = await send(
      'PATCH',
      `${THINGS}/patched?fieldManager=me&force=${type.includes('apply')}`.replace('&force=false', ''),
      text,
      type,
    )
    expect([patched.status, patched.text]).toEqual([200, expect.stringContaining(`"spec":{"count":${LARGE}}`)])
  })

  test('is told from its neighbours by a JSON patch that tests it', async () => {
    await send('POST', THINGS, thing(`{"count":${LARGE}}`, 'tested'))
    const tested = (number: string) =>
      send(
        'PATCH',
        `${THINGS}/tested`,
        `[{"op":"test","path":"/spec/count","value":${number}}]`,
        'application/json-patch+json',
      )
    expect((await tested(LARGE)).status).toBe(200)
    expect((await tested('9007199254740992')).status).toBe(422)
  })

  test('is seen whole by limits and rules', async () => {
    const refused = await send('POST', THINGS, thing(`{"count":${OTHER}}`, 'refused'))
    expect(refused.json.message).toContain(`spec.count: Invalid value: "integer": not this one`)
    const negative = await send('POST', THINGS, thing(`{"count":-${OTHER}}`, 'refused'))
    expect(negative.json.message).toContain(
      `spec.count: Invalid value: -${OTHER}: spec.count in body should be greater than or equal to 0`,
    )
    const text = await send('POST', THINGS, thing(`{"count":"${OTHER}"}`, 'refused'))
    expect(text.json.message).toContain('must be of type integer: "string"')
  })

  test('is shown in tables, as YAML, and selected by', async () => {
    await send('POST', THINGS, thing(`{"count":${LARGE}}`, 'shown'))
    const table = await call(cluster.exchange, 'GET', `${THINGS}?fieldSelector=spec.count%3D${LARGE}`, {
      headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
    })
    expect(table.text).toContain(`"cells":["shown",${LARGE}]`)
    const yaml = await call(cluster.exchange, 'GET', `${THINGS}/shown`, { headers: { accept: 'application/yaml' } })
    expect(yaml.text).toContain(`count: ${LARGE}\n`)
  })

  test('is watched as it is', async () => {
    const made = await send('POST', THINGS, thing(`{"count":${LARGE}}`, 'watched'))
    const aborter = new AbortController()
    const { body } = await cluster.exchange({
      method: 'GET',
      url: `${THINGS}?watch=true&fieldSelector=metadata.name%3Dwatched`,
      headers: {},
      body: '',
      signal: aborter.signal,
    })
    for await (const chunk of body as AsyncIterable<string>) {
      if (chunk === '') continue
      expect(chunk.trim()).toBe(`{"type":"ADDED","object":${made.text}}`)
      break
    }
    aborter.abort()
  })
})

describe('in an object of Kubernetes', () => {
  test('an integer of 64 bits is kept, and opaque data is', async () => {
    const text = `{"metadata":{"name":"r"},"revision":${LARGE},"data":{"at":${OTHER}}}`
    const made = await send('POST', REVISIONS, text)
    expect(made.text).toContain(`"revision":${LARGE},"data":{"at":${OTHER}}`)
    const put = await send('PUT', `${REVISIONS}/r`, made.text.replace(`"revision":${LARGE}`, `"revision":${OTHER}`))
    expect([put.status, put.text]).toEqual([200, expect.stringContaining(`"revision":${OTHER}`)])
  })

  test('what a program with doubles made of the largest one is taken for that', async () => {
    const made = await send(
      'POST',
      REVISIONS,
      '{"metadata":{"name":"double"},"revision":9223372036854776000,"data":{}}',
    )
    expect(made.text).toContain('"revision":9223372036854775807')
  })

  test.each([
    [
      'a field of 32 bits',
      '/api/v1/namespaces/default/services',
      `{"metadata":{"name":"s"},"spec":{"ports":[{"port":${LARGE}}]}}`,
      400,
    ],
    [
      'a limit',
      '/api/v1/namespaces/default/pods',
      `{"metadata":{"name":"p"},"spec":{"activeDeadlineSeconds":${LARGE},"securityContext":{"runAsUser":${LARGE},"fsGroup":${LARGE}},"terminationGracePeriodSeconds":-${LARGE},"tolerations":[{"operator":"Exists","effect":"NoExecute","tolerationSeconds":${LARGE}}],"containers":[{"name":"a","image":"a","securityContext":{"runAsGroup":${LARGE}}}]}}`,
      422,
    ],
    [
      'a generation',
      SLICES,
      `{"metadata":{"name":"s"},"spec":{"driver":"d.io","pool":{"name":"p","generation":${LARGE},"resourceSliceCount":${LARGE}},"allNodes":true,"devices":[]}}`,
      201,
    ],
    [
      'a quantity',
      '/api/v1/namespaces/default/pods',
      `{"metadata":{"name":"q"},"spec":{"containers":[{"name":"a","image":"a","resources":{"limits":{"memory":${LARGE}}}}]}}`,
      201,
    ],
    [
      'a number',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      JSON.stringify({
        ...definition,
        metadata: { name: 'others.example.dev' },
        spec: { ...definition.spec, names: { plural: 'others', kind: 'Other' } },
      }).replace('"minimum":0', `"minimum":0,"maximum":${OTHER}`),
      201,
    ],
  ])('%s is judged as any other', async (_, url, text, status) => {
    const answer = await send('POST', url, text)
    expect([answer.status, answer.json.message]).toEqual([
      status,
      status === 201 ? undefined : expect.stringContaining(LARGE),
    ])
  })
})
