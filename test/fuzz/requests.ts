/** Random requests to the API: paths of the catalogue and garbage, all headers that mean something, bodies that are
 *  objects of the kind, patches of it, or nothing of the sort. */
import * as fc from 'fast-check'
import type { ApiRequest, Resource } from '../../src/api/index.ts'
import { customKind } from './seeds.ts'
import { chance, type Draw, drawing, drawObject, everyResource, json, name, number, text } from './values.ts'

export type FuzzedRequest = Pick<ApiRequest, 'method' | 'url' | 'body'> & { headers: Record<string, string> }

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
const GARBAGE_PATHS = [
  '/',
  '//',
  '/api',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/api/v1',
  '/api/v2/pods',
  '/apis/nope/v1/x',
  '/version',
  '/healthz',
  '/livez/ping',
  '/readyz',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openapi/v3/api/v1',
  '/%',
  '/%00',
  '/api/v1/namespaces//pods',
  '/api/v1/namespaces/%2e%2e/pods/a',
  '/api/v1/pods/a/b/c/d',
  '/apis/__proto__/v1/a',
  '/api/v1/watch/pods',
  '/.well-known/openid-configuration',
  '/openid/v1/jwks',
  '/constructor',
  'x',
  '/api/v1/__proto__',
]
const PATCH_TYPES = [
  'merge-patch+json',
  'json-patch+json',
  'strategic-merge-patch+json',
  'apply-patch+yaml',
  'apply-patch+cbor',
]
const TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'text/plain', '', '/;=,"']
const ACCEPTS = [
  'application/json',
  '*/*',
  'application/json;as=Table;g=meta.k8s.io;v=v1',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io',
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  'text/html',
  ';;;',
  'application/json;q=nan,,*',
]
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  labelSelector: ['a=b', 'a in (b,c),!d', 'a>1', ',', 'a in (', '!!a', 'a notin ()'],
  fieldSelector: ['metadata.name=a', 'spec.nodeName!=a', 'a', '__proto__=x', 'status.phase==\\,'],
  limit: ['1', '0', '-1', '9999999999999999999999', 'x'],
  continue: [
    'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0',
    'e30',
    'bnVsbA',
    '%%%',
    'x'.repeat(5000),
  ],
  resourceVersion: ['0', '1', '-1', '99999999999', '1e3', 'a'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'x'],
  timeoutSeconds: ['0', '1', '-1', 'x'],
  dryRun: ['All', 'None', ''],
  fieldManager: ['me', 'a'.repeat(200), '\u0001'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'x'],
  force: ['true', 'false', 'x'],
  pretty: ['true', '1'],
  propagationPolicy: ['Foreground', 'Orphan', 'Background', 'x'],
  gracePeriodSeconds: ['0', '-1', '30', 'x'],
  sendInitialEvents: ['true', 'false', 'x'],
  allowWatchBookmarks: ['true', 'x'],
  includeObject: ['Object', 'Metadata', 'None', 'x'],
  orphanDependents: ['true', 'x'],
  ignoreStoreReadErrorWithClusterBreakingPotential: ['true'],
  tailLines: ['1', '-1', 'x'],
  container: ['a', ''],
  stream: ['Stdout', 'x'],
}
const SUBRESOURCES = [
  'status',
  'scale',
  'log',
  'exec',
  'binding',
  'eviction',
  'token',
  'finalize',
  'approval',
  'proxy',
  'ephemeralcontainers',
  'resize',
  'x',
]

const oneOf = <T>(draw: Draw, values: readonly T[]): T => draw(fc.constantFrom(...values))

export const request: fc.Arbitrary<FuzzedRequest> = drawing((draw) => {
  const resource = chance(draw, 12) ? customKind : oneOf(draw, everyResource)
  const method = oneOf(draw, METHODS)
  const path = chance(draw, 12) ? oneOf(draw, GARBAGE_PATHS) : drawPath(draw, resource, method)
  const patchType = oneOf(draw, PATCH_TYPES)
  const url = `${path}${drawQuery(draw, method === 'PATCH' && patchType.startsWith('apply'))}`
  const headers = drawHeaders(draw, method === 'PATCH' ? `application/${patchType}` : 'application/json')
  const body = method === 'GET' || method === 'HEAD' ? '' : drawBody(draw, resource, headers['content-type'] ?? '')
  return { method, url, headers, body }
})

function drawPath(draw: Draw, resource: Resource, method: string): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const segment = () => encode(draw(name))
  const scope = resource.namespaced && !chance(draw, 8) ? `/namespaces/${chance(draw, 3) ? segment() : 'default'}` : ''
  const collection = `${root}${scope}/${resource.plural}`
  if (method === 'POST' ? !chance(draw, 4) : chance(draw, 3)) return collection
  const known = resource.subresources.map((part) => part.name)
  const part = chance(draw, 3) ? `/${oneOf(draw, [...known, ...known, ...SUBRESOURCES])}` : ''
  return `${collection}/${segment()}${part}`
}

function encode(segment: string): string {
  try {
    return encodeURIComponent(segment)
  } catch {
    return '%ZZ'
  }
}

function drawQuery(draw: Draw, applies: boolean): string {
  const pairs: string[] = applies && !chance(draw, 8) ? ['fieldManager=me'] : []
  // Watches end by themselves.
  if (chance(draw, 12)) pairs.push('watch=1&timeoutSeconds=1')
  while (chance(draw, 3)) {
    const parameter = oneOf(draw, Object.keys(PARAMETERS))
    const value = chance(draw, 6) ? draw(text) : oneOf(draw, PARAMETERS[parameter] ?? [''])
    pairs.push(chance(draw, 10) ? `${parameter}=${value}` : `${parameter}=${encode(value)}`)
  }
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function drawHeaders(draw: Draw, contentType: string): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': chance(draw, 10) ? oneOf(draw, TYPES) : contentType }
  const some = (header: string, value: () => string) => {
    if (chance(draw, header.startsWith('impersonate') ? 40 : 10)) headers[header] = value()
  }
  some('accept', () => oneOf(draw, ACCEPTS))
  some('authorization', () =>
    oneOf(draw, ['Bearer x', 'Bearer a.b.c', 'Bearer ', 'Basic YTpi', 'Bearer eyJhbGciOiJub25lIn0.e30.']),
  )
  some('impersonate-user', () => oneOf(draw, ['a', '', 'system:serviceaccount:a:b', 'system:anonymous', '\u0001']))
  some('impersonate-group', () => draw(text))
  some('impersonate-uid', () => draw(text))
  some('impersonate-extra-a%2fb', () => draw(text))
  some('impersonate-extra-%zz', () => draw(text))
  some('user-agent', () => draw(text))
  some('audit-id', () => draw(text))
  some('if-none-match', () => '"x"')
  return headers
}

function drawBody(draw: Draw, resource: Resource, type: string): string {
  if (chance(draw, 25)) return draw(text)
  if (chance(draw, 25)) return JSON.stringify(draw(json))
  if (type.includes('json-patch')) return JSON.stringify(Array.from({ length: 3 }, () => drawOperation(draw)))
  const written = JSON.stringify(drawObject(draw, resource))
  if (!chance(draw, 20)) return written
  const at = draw(fc.nat({ max: written.length }))
  return `${written.slice(0, at)}${draw(text)}${written.slice(at + 1)}`
}

function drawOperation(draw: Draw): unknown {
  const pointers = [
    '',
    '/',
    '/metadata',
    '/metadata/labels',
    '/metadata/labels/a',
    '/spec',
    '/data',
    '/data/~1',
    '/__proto__/a',
    '/spec/containers/-',
    '/metadata/name',
  ]
  return {
    op: oneOf(draw, ['add', 'add', 'replace', 'remove', 'test', 'move', 'copy', 'x']),
    path: chance(draw, 8) ? draw(text) : oneOf(draw, pointers),
    from: oneOf(draw, pointers),
    value: draw(chance(draw, 2) ? json : number),
  }
}
