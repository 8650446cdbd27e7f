/** Bodies that are no objects, or objects with something in them that does not belong there. */
import { type Case, NAMESPACE } from '../case.ts'
import type { Call } from '../connection.ts'

const COLLECTION = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`
const post = (path: string, more: Omit<Call, 'method' | 'path'>): Call => ({
  method: 'POST',
  path: `${path}${path.includes('?') ? '&' : '?'}dryRun=All`,
  ...more,
})
const one = (name: string, ...calls: Call[]): Case => ({ name: `bodies/${name}`, calls })

const TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  'not JSON': 'x',
  'cut short': '{"kind":',
  'a comma too many': '{"kind":"ConfigMap",}',
  'a list': '[]',
  'a string': '"x"',
  'a number': '7',
  null: 'null',
  'an empty object': '{}',
  'more after the end': '{"metadata":{"name":"a"}} x',
  'a key twice': '{"metadata":{"name":"a"},"data":{"a":"1","a":"2"}}',
  'a field twice': '{"metadata":{"name":"a"},"data":{},"data":{"a":"2"}}',
  'a field in capitals': '{"metadata":{"Name":"a"},"Data":{"a":"b"}}',
  'of another kind': '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}',
  'of another version': '{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"a"}}',
  'of an unknown group': '{"apiVersion":"example.com/v1","kind":"ConfigMap","metadata":{"name":"a"}}',
  'a kind that is a number': '{"apiVersion":"v1","kind":7,"metadata":{"name":"a"}}',
  'a malformed version': '{"apiVersion":"a/b/c","kind":"ConfigMap","metadata":{"name":"a"}}',
  'metadata that is a string': '{"metadata":"x"}',
  'metadata that is null': '{"metadata":null}',
  'data that is a list': '{"metadata":{"name":"a"},"data":[]}',
  'data with a number': '{"metadata":{"name":"a"},"data":{"a":1}}',
  'data with null': '{"metadata":{"name":"a"},"data":{"a":null}}',
  'binary that is not base64': '{"metadata":{"name":"a"},"binaryData":{"a":"%"}}',
  'a time that is none': '{"metadata":{"name":"a","creationTimestamp":"yesterday"}}',
  'a resource version': '{"metadata":{"name":"a","resourceVersion":"1"}}',
  'another namespace': '{"metadata":{"name":"a","namespace":"other"}}',
  'no name': '{"data":{}}',
  'a generated name': '{"metadata":{"generateName":"a-"}}',
  'a generated name that is bad': '{"metadata":{"generateName":"A_"}}',
  'a bad name': '{"metadata":{"name":"A_B"}}',
  'managed fields that are none': '{"metadata":{"name":"a","managedFields":[{"manager":"x"}]}}',
  'an owner without identity':
    '{"metadata":{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a"}]}}',
  'a yaml document': 'metadata:\n  name: a\n',
}

const UNKNOWN = {
  metadata: { name: 'a', colour: 'red' },
  shape: 'round',
  spec: {
    selector: { matchLabels: { a: 'b' } },
    size: 1,
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'a', image: 'a', weight: 2, ports: [{ containerPort: 80, speed: 'fast' }] }] },
    },
  },
}
const TYPES = ['text/plain', 'application/xml', 'application/yaml', 'application/json; charset=utf-8', 'json', '']

export const bodyCases: readonly Case[] = [
  ...Object.entries(TEXTS).map(([name, text]) => one(name, post(COLLECTION, { text }))),
  ...['Ignore', 'Warn', 'Strict', 'Other'].flatMap((mode) => [
    one(`unknown fields, ${mode}`, post(`${DEPLOYMENTS}?fieldValidation=${mode}`, { body: UNKNOWN })),
    one(
      `fields twice, ${mode}`,
      post(`${COLLECTION}?fieldValidation=${mode}`, {
        text: '{"metadata":{"name":"a","name":"b","labels":{"a":"b","a":"c"}},"data":{"a":"1","a":"2"},"data":{"b":"2"},"x":1}',
      }),
    ),
    one(
      `YAML with keys twice, ${mode}`,
      post(`${COLLECTION}?fieldValidation=${mode}`, {
        text: 'metadata:\n  name: a\n  labels:\n    a: b\n    c: d\n    a:\n      c\ndata: {b: c}\nmetadata:\n  name: b\nx: 1\n',
        headers: { 'content-type': 'application/yaml' },
      }),
    ),
    one(
      `patch with unknown fields, ${mode}`,
      { method: 'POST', path: COLLECTION, body: { metadata: { name: 'patched' } } },
      {
        method: 'PATCH',
        path: `${COLLECTION}/patched?dryRun=All&fieldValidation=${mode}`,
        headers: { 'content-type': 'application/merge-patch+json' },
        text: '{"metadata":{"colour":"red"},"data":{"a":"b","a":"c"},"y":1}',
      },
      { method: 'DELETE', path: `${COLLECTION}/patched` },
    ),
  ]),
  ...TYPES.map((type) =>
    one(
      `content type ${type || 'that is empty'}`,
      post(COLLECTION, { text: '{"metadata":{"name":"a"}}', headers: { 'content-type': type } }),
    ),
  ),
  one('put without a body', { method: 'PUT', path: `${COLLECTION}/a` }),
  one('put with another name', { method: 'PUT', path: `${COLLECTION}/a`, body: { metadata: { name: 'b' } } }),
  one('put without a name', { method: 'PUT', path: `${COLLECTION}/a`, body: { metadata: {} } }),
  one('put of what is not there', { method: 'PUT', path: `${COLLECTION}/a`, body: { metadata: { name: 'a' } } }),
  one('put with a version of what is not there', {
    method: 'PUT',
    path: `${COLLECTION}/a`,
    body: { metadata: { name: 'a', resourceVersion: '1' } },
  }),
]
