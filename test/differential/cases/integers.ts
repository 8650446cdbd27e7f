/** Integers that a double does not hold. */
import { type Case, NAMESPACE } from '../case.ts'
import { type Call, READ } from '../connection.ts'

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const THINGS = `/apis/integers.dev/v1/namespaces/${NAMESPACE}/things`
const REVISIONS = `/apis/apps/v1/namespaces/${NAMESPACE}/controllerrevisions`
const NUMBERS = [
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '9223372036854775808',
  '12345678901234567890123',
  '1e17',
  '9007199254740993.0',
]
const one = (name: string, ...calls: Call[]): Case => ({ name: `integers/${name}`, calls })

const definition: Call = {
  method: 'POST',
  path: DEFINITIONS,
  body: {
    metadata: { name: 'things.integers.dev' },
    spec: {
      group: 'integers.dev',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
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
                      'x-kubernetes-validations': [{ rule: 'self != 9007199254740995', message: 'not this one' }],
                    },
                    positive: { type: 'integer', minimum: 0 },
                    small: { type: 'integer', maximum: 9007199254740000 },
                    number: { type: 'number' },
                    either: { 'x-kubernetes-int-or-string': true },
                    free: { 'x-kubernetes-preserve-unknown-fields': true },
                  },
                },
              },
            },
          },
        },
      ],
    },
  },
}
const thing = (spec: string, version = ''): string =>
  `{"apiVersion":"integers.dev/v1","kind":"Thing","metadata":{"name":"t"${version}},"spec":${spec}}`
const post = (spec: string): Call => ({ method: 'POST', path: THINGS, text: thing(spec) })
const put = (spec: string): Call => ({
  method: 'PUT',
  path: `${THINGS}/t`,
  text: thing(spec, `,"resourceVersion":"${READ}"`),
})
const patch = (type: string, text: string): Call => ({
  method: 'PATCH',
  path: `${THINGS}/t?fieldManager=me${type === 'apply-patch+yaml' ? '&force=true' : ''}`,
  headers: { 'content-type': `application/${type}` },
  text,
})
const get: Call = { method: 'GET', path: `${THINGS}/t` }
const gone: Call = { method: 'DELETE', path: `${THINGS}/t` }
const served: Call = { method: 'GET', path: THINGS, until: '"kind":"ThingList"' }

export const integerCases: readonly Case[] = [
  one('definition', definition, served),
  ...NUMBERS.flatMap((number) => [
    one(
      `${number} in a custom object`,
      post(`{"count":${number},"free":${number}}`),
      post(`{"free":[${number}],"either":1}`),
      put(`{"free":${number},"number":1}`),
      patch('merge-patch+json', `{"spec":{"count":${number}}}`),
      patch('json-patch+json', `[{"op":"add","path":"/spec/free","value":{"a":${number}}}]`),
      patch('json-patch+json', `[{"op":"test","path":"/spec/free/a","value":${number}}]`),
      patch('apply-patch+yaml', thing(`{"free":${number}}`)),
      get,
      gone,
    ),
    one(`${number} with limits`, post(`{"positive":${number}}`), gone, post(`{"small":${number}}`), gone),
    one(`${number} in a revision`, {
      method: 'POST',
      path: `${REVISIONS}?dryRun=All`,
      text: `{"metadata":{"name":"r"},"revision":${number},"data":{"at":${number}}}`,
    }),
    one(`${number} in YAML`, {
      method: 'POST',
      path: `${REVISIONS}?dryRun=All`,
      headers: { 'content-type': 'application/yaml' },
      text: `metadata: {name: r}\nrevision: 1\ndata: {at: ${number}}\n`,
    }),
  ]),
  one(
    'one that a rule tells from its neighbour',
    post('{"count":9007199254740995}'),
    post('{"count":9007199254740994}'),
    gone,
  ),
  one('one in a field of 32 bits', {
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/services?dryRun=All`,
    text: '{"metadata":{"name":"s"},"spec":{"ports":[{"port":9007199254740993}]}}',
  }),
  one('one as a quantity', {
    method: 'POST',
    path: `/api/v1/namespaces/${NAMESPACE}/resourcequotas?dryRun=All`,
    text: '{"metadata":{"name":"q"},"spec":{"hard":{"pods":9007199254740993}}}',
  }),
  one('definition is deleted', { method: 'DELETE', path: `${DEFINITIONS}/things.integers.dev` }),
]
