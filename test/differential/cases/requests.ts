/** Paths, methods, queries and headers, right and wrong. */
import { type Case, NAMESPACE } from '../case.ts'
import type { Call } from '../connection.ts'

const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`
const one = (name: string, ...calls: Call[]): Case => ({ name: `requests/${name}`, calls })
const get = (path: string, headers?: Record<string, string>): Call => ({
  method: 'GET',
  path,
  ...(headers && { headers }),
})

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
const PARTIAL_LIST = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'BREW']
const PATHS = [
  '/',
  '/nothing',
  '/api/v2',
  '/api/v1/nothing',
  '/apis/nothing',
  '/apis/apps/v2',
  '/apis/apps/v1/nothing',
  '/apis/apps/v1/namespaces/x/nothing/y',
  `${CONFIG_MAPS}/a/status`,
  `${CONFIG_MAPS}/a/nothing`,
  `${CONFIG_MAPS}/a`,
  CONFIG_MAPS,
  '/api/v1/configmaps',
  '/api/v1/namespaces/nowhere/configmaps',
  '/api/v1/nodes/a/b',
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis/authentication.k8s.io/v1/tokenreviews/a',
]
const LISTS = [
  'labelSelector=a=b',
  'labelSelector=a%20in%20(b',
  'labelSelector=a%3D%3D%3Db',
  'labelSelector=%20%21',
  'labelSelector=Bad_Key%2Fa%2Fb=c',
  'labelSelector=a=bad%20value',
  'labelSelector=a%20in%20()',
  'labelSelector=a%3Ex',
  'fieldSelector=metadata.name=a',
  'fieldSelector=metadata.name%3D%3Da,metadata.namespace!=b',
  'fieldSelector=spec.nothing=a',
  'fieldSelector=a',
  'fieldSelector=a%5C=b',
  'limit=1',
  'limit=-1',
  'limit=x',
  'limit=99999999999999999999',
  'continue=x',
  'continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ',
  'resourceVersion=0',
  'resourceVersion=x',
  'resourceVersion=99999999',
  'resourceVersionMatch=Exact',
  'resourceVersionMatch=Nothing',
  'resourceVersionMatch=Exact&resourceVersion=0',
  'resourceVersionMatch=NotOlderThan&resourceVersion=0',
  'resourceVersionMatch=Nothing&resourceVersion=1',
  'resourceVersion=1&continue=x&limit=1',
  'timeoutSeconds=x',
  'timeoutSeconds=-1',
  'allowWatchBookmarks=x',
  'sendInitialEvents=true',
  'sendInitialEvents=x',
  'pretty=true',
  'nothing=x',
  '%zz',
]
const WATCHES = [
  'timeoutSeconds=1',
  'timeoutSeconds=1&resourceVersion=0',
  'timeoutSeconds=1&resourceVersion=x',
  'timeoutSeconds=1&resourceVersion=99999999',
  'timeoutSeconds=1&resourceVersionMatch=NotOlderThan',
  'timeoutSeconds=1&sendInitialEvents=true',
  'timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=Exact',
  'timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
  'timeoutSeconds=1&limit=1',
  'timeoutSeconds=1&continue=x',
  'timeoutSeconds=1&fieldSelector=a=b',
  'timeoutSeconds=1&labelSelector=a%20in%20(b',
  'timeoutSeconds=x',
]
const ACCEPTS = [
  TABLE,
  `${TABLE},application/json`,
  PARTIAL,
  PARTIAL_LIST,
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  'application/json;as=Nothing;v=v1;g=meta.k8s.io',
  'application/json;as=Table;v=v1;g=nothing',
  'text/html',
  'text/html,*/*',
  'application/*',
  'application/yaml',
  'application/xml',
  'nonsense',
  '',
]
const DELETES = [
  { query: '?gracePeriodSeconds=-1' },
  { query: '?gracePeriodSeconds=x' },
  { query: '?propagationPolicy=Nothing' },
  { query: '?propagationPolicy=Orphan&orphanDependents=true' },
  { query: '?dryRun=Nothing' },
  { query: '?dryRun=All' },
  { body: { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: -1 } },
  { body: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Nothing' } },
  { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } } },
  { body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion: '1' } } },
  { body: { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['Nothing'] } },
  {
    body: {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      dryRun: ['All'],
      orphanDependents: true,
      propagationPolicy: 'Orphan',
    },
  },
  { body: { kind: 'Nothing', apiVersion: 'v1' } },
  { body: { nothing: 1 } },
  { body: [] },
] as const

const PATCHES: readonly [name: string, type: string, text: string][] = [
  ['merge', 'application/merge-patch+json', '{"data":{"a":"c","b":null}}'],
  ['merge that is a list', 'application/merge-patch+json', '[]'],
  ['merge that is not JSON', 'application/merge-patch+json', 'x'],
  ['merge that is empty', 'application/merge-patch+json', ''],
  ['merge of the name', 'application/merge-patch+json', '{"metadata":{"name":"b"}}'],
  ['merge of the kind', 'application/merge-patch+json', '{"kind":"Secret"}'],
  ['merge of the version', 'application/merge-patch+json', '{"metadata":{"resourceVersion":"1"}}'],
  ['merge of the identity', 'application/merge-patch+json', '{"metadata":{"uid":"x"}}'],
  ['merge of a wrong type', 'application/merge-patch+json', '{"data":7}'],
  ['merge of everything away', 'application/merge-patch+json', '{"metadata":null}'],
  ['JSON', 'application/json-patch+json', '[{"op":"add","path":"/data/c","value":"d"}]'],
  ['JSON test that fails', 'application/json-patch+json', '[{"op":"test","path":"/data/a","value":"z"}]'],
  ['JSON remove of nothing', 'application/json-patch+json', '[{"op":"remove","path":"/data/z"}]'],
  ['JSON of an unknown kind', 'application/json-patch+json', '[{"op":"paint","path":"/data/z"}]'],
  ['JSON without a path', 'application/json-patch+json', '[{"op":"add","value":1}]'],
  ['JSON that is an object', 'application/json-patch+json', '{}'],
  ['JSON of a wrong type', 'application/json-patch+json', '[{"op":"replace","path":"/data","value":7}]'],
  ['strategic', 'application/strategic-merge-patch+json', '{"data":{"$patch":"replace","x":"y"}}'],
  ['strategic with an unknown directive', 'application/strategic-merge-patch+json', '{"data":{"$patch":"paint"}}'],
  ['strategic that is a list', 'application/strategic-merge-patch+json', '[]'],
  ['apply', 'application/apply-patch+yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {q: r}\n'],
  ['apply without a kind', 'application/apply-patch+yaml', '{"metadata":{"name":"a"}}'],
  [
    'apply of another kind',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}',
  ],
  [
    'apply of another name',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}',
  ],
  [
    'apply with managed fields',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[{}]}}',
  ],
  [
    'apply of a wrong type',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":7}',
  ],
  [
    'apply of an unknown field',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":7}',
  ],
  [
    'apply that conflicts',
    'application/apply-patch+yaml',
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"z"}}',
  ],
  ['apply that is not YAML', 'application/apply-patch+yaml', '{'],
  ['of no type', 'application/json', '{}'],
]

const made: Call = { method: 'POST', path: CONFIG_MAPS, body: { metadata: { name: 'a' }, data: { a: 'b' } } }
const gone: Call = { method: 'DELETE', path: `${CONFIG_MAPS}/a` }

export const requestCases: readonly Case[] = [
  ...PATHS.flatMap((path) => METHODS.map((method) => one(`${method} ${path}`, { method, path }))),
  ...LISTS.flatMap((query) => [
    one(`list configmaps ${query}`, get(`${CONFIG_MAPS}?${query}`)),
    one(`list pods ${query}`, get(`${PODS}?${query}`)),
  ]),
  ...WATCHES.map((query) => one(`watch ${query}`, get(`${PODS}?watch=true&${query}`))),
  ...ACCEPTS.flatMap((accept) => [
    one(`list as ${accept}`, made, get(CONFIG_MAPS, { accept }), get(`${CONFIG_MAPS}/a`, { accept }), gone),
    one(`failure as ${accept}`, get(`${CONFIG_MAPS}/nothing`, { accept })),
  ]),
  ...['', '?limit=1', '?includeObject=None', '?includeObject=Object', '?includeObject=Nothing'].map((query) =>
    one(`table ${query}`, made, get(`${CONFIG_MAPS}${query}`, { accept: TABLE }), gone),
  ),
  ...DELETES.map((options, n) =>
    one(
      `delete ${n}: ${JSON.stringify(options)}`,
      made,
      {
        method: 'DELETE',
        path: `${CONFIG_MAPS}/a${'query' in options ? options.query : ''}`,
        ...('body' in options && { body: options.body }),
      },
      gone,
    ),
  ),
  one('delete of many', made, { method: 'DELETE', path: `${CONFIG_MAPS}?labelSelector=x=y` }, gone),
  ...PATCHES.map(([name, type, text]) =>
    one(
      `patch, ${name}`,
      made,
      {
        method: 'PATCH',
        path: `${CONFIG_MAPS}/a?dryRun=All${name.startsWith('apply') ? '&fieldManager=me' : ''}`,
        headers: { 'content-type': type },
        text,
      },
      gone,
    ),
  ),
  one('apply without a manager', {
    method: 'PATCH',
    path: `${CONFIG_MAPS}/a`,
    headers: { 'content-type': 'application/apply-patch+yaml' },
    text: '{}',
  }),
  one(
    'force without apply',
    made,
    {
      method: 'PATCH',
      path: `${CONFIG_MAPS}/a?force=true`,
      headers: { 'content-type': 'application/merge-patch+json' },
      text: '{}',
    },
    gone,
  ),
  one('patch of what is not there', {
    method: 'PATCH',
    path: `${CONFIG_MAPS}/nothing`,
    headers: { 'content-type': 'application/merge-patch+json' },
    text: '{}',
  }),
  ...[
    'dryRun=x',
    'fieldManager=%01',
    `fieldManager=${'a'.repeat(200)}`,
    'fieldValidation=x',
    'dryRun=All&dryRun=All',
    'pretty=true',
  ].map((query) =>
    one(
      `create with ${query}`,
      { method: 'POST', path: `${CONFIG_MAPS}?${query}`, body: { metadata: { name: 'q' } } },
      { method: 'DELETE', path: `${CONFIG_MAPS}/q` },
    ),
  ),
  one('create twice', made, made, gone, gone),
  one('create in no namespace', { method: 'POST', path: '/api/v1/configmaps', body: { metadata: { name: 'a' } } }),
  one('create in a namespace that is not there', {
    method: 'POST',
    path: '/api/v1/namespaces/nowhere/configmaps',
    body: { metadata: { name: 'a' } },
  }),
]
