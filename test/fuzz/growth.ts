/** What is doubled: every place of every kind, by every way an object is written, and what else reads what comes from
 *  outside. */
import { apiVersionOf, type KubeObject, type Resource, resources } from '../../src/api/index.ts'
import { labelSelectorMatches, parseFieldSelector, parseLabelSelector, parseQuantity } from '../../src/api/index.ts'
import { applyObject, trackUpdate, typeOfSchema } from '../../src/api/apply/index.ts'
import { compileCel } from '../../src/api/cel/compile.ts'
import { kubernetesEnvironment } from '../../src/api/cel/kubernetes-environment.ts'
import { parseFieldsV1 } from '../../src/api/apply/fields-v1.ts'
import type { JsonObject } from '../../src/api/decode/index.ts'
import { applyPatch } from '../../src/api/machinery.ts'
import { compilePattern } from '../../src/api/regexp/index.ts'
import { schemaFor } from '../../src/api/schema/index.ts'
import { decodeProtobuf } from '../../src/apiserver/protobuf/index.ts'
import { parseRequest } from '../../src/apiserver/routing/request-info.ts'
import { parseBody, parseLenientYaml } from '../../src/apiserver/server/request-body.ts'
import { SpdyFrameReader, dataFrame } from '../../src/apiserver/streaming/spdy/frames.ts'
import type { TestCluster } from '../harness/cluster.ts'
import type { Growth } from './doubling.ts'
import type { WidePlace } from './wide-objects.ts'

export interface NamedGrowth {
  name: string
  growth: Growth
}

const TIME = '2026-01-01T00:00:00Z'
const range = <T>(size: number, each: (index: number) => T): T[] =>
  Array.from({ length: size }, (_, index) => each(index))
const keyed = <T>(size: number, each: (index: number) => T): Record<string, T> =>
  Object.fromEntries(range(size, (index) => [`k${index}`, each(index)]))

/** Of a text and what reads it; refusals are answers too. */
const reading = (name: string, text: (size: number) => string, read: (text: string) => unknown): NamedGrowth => ({
  name,
  growth: {
    input: (size) => {
      const made = text(size)
      return { bytes: made.length, run: () => refusable(() => read(made)) }
    },
  },
})

/** Errors of bugs are not taken for refusals. */
function refusable(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError || error instanceof ReferenceError) throw error
  }
}

const WAYS = ['created', 'merged strategically', 'applied', 'applied over', 'tracked'] as const

/** One place of one kind, written in one way. */
export function growthOf(cluster: TestCluster, place: WidePlace): NamedGrowth[] {
  const { resource } = place
  const options = {
    type: typeOfSchema(schemaFor(resource)),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    subresource: '',
    time: TIME,
    force: true,
  }
  const apply = (live: JsonObject | undefined, object: object, manager: string) =>
    applyObject(live, object as JsonObject, { ...options, manager })
  return WAYS.map((way) => ({
    name: `${place.name} ${way}`,
    growth: {
      maxBytes: 400_000,
      input: (size) => {
        const object = place.objectWith(size)
        const text = JSON.stringify(object)
        const others = JSON.parse(text.replaceAll(/"e(\d+)"/g, '"f$1"')) as KubeObject
        let live: JsonObject | undefined
        refusable(() => (live = apply(undefined, object, 'a')))
        const ways: Record<(typeof WAYS)[number], () => unknown> = {
          created: () => create(cluster, resource, text),
          'merged strategically': () => refusable(() => applyPatch('strategic', resource, object, others)),
          applied: () => refusable(() => apply(undefined, object, 'a')),
          'applied over': () => refusable(() => apply(live, others, 'b')),
          tracked: () =>
            trackUpdate(live, structuredClone(others) as unknown as JsonObject, { ...options, manager: 'b' }),
        }
        return { bytes: text.length, run: ways[way] }
      },
    },
  }))
}

const create = (cluster: TestCluster, resource: Resource, body: string) =>
  send(cluster, `${collectionOf(resource)}?dryRun=All&fieldValidation=Warn`, { body })

const collectionOf = ({ group, version, namespaced, plural }: Resource) =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespaced ? '/namespaces/default' : ''}/${plural}`

/** Throws for answers of 500. */
async function send(
  { exchange }: TestCluster,
  url: string,
  {
    method = 'POST',
    body = '',
    type = 'application/json',
  }: { method?: 'POST' | 'PATCH' | 'GET'; body?: string; type?: string },
): Promise<void> {
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1'
  const headers = { 'content-type': type, accept }
  const response = await exchange({ method, url, headers, body, signal: new AbortController().signal })
  if (response.status === 500) throw new Error(`answered 500: ${JSON.stringify(response.body).slice(0, 500)}`)
}

const asYaml = (size: number) => range(size, (index) => `- a${index}: {b: "c"}\n  d: 'e'\n`).join('')
const environment = kubernetesEnvironment({})
const configMap = (data: object) => ({ metadata: { name: 'wide' }, data })

/** Of what reads a text. */
export const textGrowths: readonly NamedGrowth[] = [
  reading(
    'JSON',
    (size) => JSON.stringify(keyed(size, (index) => [index, { __a__: '\\u' }])),
    (it) => parseBody(it, 'json'),
  ),
  reading(
    'JSON with brackets',
    (size) => '['.repeat(size),
    (it) => parseBody(it, 'json'),
  ),
  reading('JSON with the same key', (size) => `{${range(size, () => '"a":1').join(',')}}`, parseLenientYaml),
  reading('YAML', asYaml, parseLenientYaml),
  reading('YAML keys', (size) => range(size, (index) => `k${index}: v\n`).join(''), parseLenientYaml),
  reading('YAML with the same key', (size) => 'a: b\n'.repeat(size), parseLenientYaml),
  reading('YAML in a line', (size) => `[${range(size, () => '{a: b}').join(',')}]`, parseLenientYaml),
  reading('YAML brackets', (size) => '['.repeat(size), parseLenientYaml),
  reading('YAML lists in lists', (size) => '- '.repeat(size), parseLenientYaml),
  reading('YAML maps in maps', (size) => '? '.repeat(size), parseLenientYaml),
  reading('YAML quotes', (size) => `a: "${'\\n\n '.repeat(size)}"`, parseLenientYaml),
  reading('YAML blocks', (size) => `a: |\n${'  b\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML plain lines', (size) => `a: b\n${'  c\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML comments', (size) => '# a\n'.repeat(size), parseLenientYaml),
  reading('YAML documents', (size) => '---\na: b\n'.repeat(size), parseLenientYaml),
  reading('YAML anchors', (size) => range(size, (index) => `- &a${index} b\n`).join(''), parseLenientYaml),
  reading('YAML aliases', (size) => `- &a b\n${'- *a\n'.repeat(size)}`, parseLenientYaml),
  reading('YAML tags', (size) => '- !a b\n'.repeat(size), parseLenientYaml),
  reading('YAML errors', (size) => 'a: "b" c\n'.repeat(size), parseLenientYaml),
  reading('YAML tabs', (size) => `a:${'\t'.repeat(size)}\n`, parseLenientYaml),
  reading(
    'label selectors',
    (size) => range(size, (index) => `a${index} in (b,c${index})`).join(','),
    parseLabelSelector,
  ),
  reading(
    'label selectors of many values',
    (size) => `a in (${range(size, (index) => `b${index}`).join(',')})`,
    parseLabelSelector,
  ),
  reading('label selectors of signs', (size) => '!='.repeat(size), parseLabelSelector),
  reading('field selectors', (size) => range(size, () => 'metadata.name!=a').join(','), parseFieldSelector),
  reading('field selectors of backslashes', (size) => `a=${'\\,'.repeat(size)}`, parseFieldSelector),
  reading('field selectors of signs', (size) => `${'!'.repeat(size)}a`, parseFieldSelector),
  reading('quantities', (size) => '9'.repeat(size), parseQuantity),
  reading('quantities with letters', (size) => 'E'.repeat(size), parseQuantity),
  reading('quantities with points', (size) => '1.'.repeat(size), parseQuantity),
  reading(
    'owned fields',
    (size) => JSON.stringify(keyed(size, () => ({}))).replaceAll('"k', '"f:k'),
    (it) => parseFieldsV1(JSON.parse(it)),
  ),
  reading(
    'owned items',
    (size) => `{${range(size, (index) => `"k:{\\"name\\":\\"a${index}\\"}":{}`).join(',')}}`,
    (it) => parseFieldsV1(JSON.parse(it)),
  ),
  reading(
    'URLs',
    (size) => `/api/v1/${'a/'.repeat(size)}?${range(size, (index) => `a${index}=b`).join('&')}`,
    (url) => parseRequest({ method: 'GET', url }),
  ),
  reading(
    'slashes',
    (size) => '/'.repeat(size),
    (url) => parseRequest({ method: 'GET', url }),
  ),
  reading(
    'sums',
    (size) => range(size, () => '1').join('+'),
    (it) => compileCel(it, environment),
  ),
  reading(
    'conjunctions',
    (size) => range(size, () => 'true').join('&&'),
    (it) => compileCel(it, environment),
  ),
  reading(
    'lists of expressions',
    (size) => `[${range(size, (index) => `${index}`).join(',')}]`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'maps of expressions',
    (size) => `{${range(size, (index) => `'${index}': 1`).join(',')}}`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'texts of expressions',
    (size) => `'${'\\n'.repeat(size)}'`,
    (it) => compileCel(it, environment),
  ),
  reading(
    'errors of expressions',
    (size) => range(size, () => 'nope').join('\n&&'),
    (it) => compileCel(it, environment),
  ),
  reading('patterns', (size) => '(a|b)'.repeat(size), compilePattern),
  reading('patterns of alternatives', (size) => range(size, (index) => `a${index}`).join('|'), compilePattern),
  reading(
    'patterns of classes',
    (size) => `[${range(size, (index) => String.fromCodePoint(0x4e00 + ((index * 2) % 20_000))).join('')}]`,
    compilePattern,
  ),
  reading('patterns of brackets', (size) => '('.repeat(size), compilePattern),
]

/** Patterns that make engines that backtrack, or try every beginning anew, slow. */
const PATTERNS = [
  '(a+)+$',
  '(a|a)*b',
  '(a|aa)+$',
  '(.*a){12}',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  'a*a*a*a*b',
  '(?i)(x+x+)+y',
  '\\w*\\d\\w*!',
  'a.*b.*c',
  '[^b]*b$',
  '(a{0,30}){0,30}$',
  '(?:a?){60}a{60}$',
]
const TEXTS = ['a', 'ab', 'x', 'a1', 'aaab', 'é']
export const matchGrowths: readonly NamedGrowth[] = PATTERNS.flatMap((source) =>
  TEXTS.map((part) => ({
    name: `${source} in ${part}`,
    growth: {
      size: 1000,
      maxBytes: 200_000,
      input: (size) => {
        const text = part.repeat(size)
        const compiled = compilePattern(source)
        if (!compiled.ok) throw new Error(compiled.error)
        return { bytes: text.length, run: () => compiled.pattern.test(text) }
      },
    },
  })),
)

const bytes = (name: string, make: (size: number) => Buffer, read: (made: Buffer) => unknown): NamedGrowth => ({
  name,
  growth: {
    input: (size) => {
      const made = make(size)
      return { bytes: made.length, run: () => refusable(() => read(made)) }
    },
  },
})
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
const field = (at: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([(at << 3) | 2, ...varint(content.length)]), content])
const protobuf = (kind: string, raw: Uint8Array) => {
  const type = Buffer.concat([field(1, Buffer.from('v1')), field(2, Buffer.from(kind))])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, type), field(2, raw)])
}
/** In pieces as sockets give them. */
function readInPieces(made: Buffer): void {
  const reader = new SpdyFrameReader()
  for (let at = 0; at < made.length; at += 1024) reader.read(made.subarray(at, at + 1024))
}

export const binaryGrowths: readonly NamedGrowth[] = [
  bytes(
    'protobuf maps',
    (size) =>
      protobuf(
        'ConfigMap',
        Buffer.concat(
          range(size, (index) =>
            field(2, Buffer.concat([field(1, Buffer.from(`k${index}`)), field(2, Buffer.from('v'))])),
          ),
        ),
      ),
    decodeProtobuf,
  ),
  bytes(
    'protobuf lists',
    (size) => protobuf('ConfigMapList', Buffer.concat(range(size, () => field(2, Buffer.alloc(0))))),
    decodeProtobuf,
  ),
  bytes(
    'protobuf fields of nobody',
    (size) => protobuf('ConfigMap', Buffer.concat(range(size, () => field(15, Buffer.from('a'))))),
    decodeProtobuf,
  ),
  bytes(
    'protobuf fields that come again',
    (size) => protobuf('ConfigMap', Buffer.concat(range(size, () => field(1, field(1, Buffer.from('a')))))),
    decodeProtobuf,
  ),
  bytes('large SPDY frames', (size) => dataFrame(1, Buffer.alloc(size * 64), false), readInPieces),
  bytes(
    'small SPDY frames',
    (size) => Buffer.concat(range(size, () => dataFrame(1, Buffer.from('a'), false))),
    readInPieces,
  ),
]

/** JSON patches and selectors over objects. */
export const objectGrowths: readonly NamedGrowth[] = [
  patched(
    'operations on a map',
    (size) => range(Math.min(size, 10_000), (index) => ({ op: 'add', path: `/data/k${index}`, value: 'v' })),
    () => configMap({}),
  ),
  patched(
    'operations at the end of a list',
    (size) => range(Math.min(size, 10_000), () => ({ op: 'add', path: '/data/-', value: 'v' })),
    () => ({ data: [] }),
  ),
  patched(
    'long pointers',
    (size) => [{ op: 'test', path: '/a'.repeat(size), value: 1 }],
    () => ({}),
  ),
  {
    name: 'selectors of many values',
    growth: {
      input: (size) => {
        const values = range(size, (index) => `v${index}`)
        const selector = {
          matchExpressions: [{ key: 'a', operator: 'In', values }],
          matchLabels: keyed(size, () => 'a'),
        }
        const labels = keyed(size, () => 'a')
        return {
          bytes: JSON.stringify(selector).length,
          run: () => labelSelectorMatches(selector, { ...labels, a: 'none' }),
        }
      },
    },
  },
]

function patched(name: string, patch: (size: number) => unknown[], target: (size: number) => unknown): NamedGrowth {
  return {
    name,
    growth: {
      input: (size) => {
        const [operations, object] = [patch(size), target(size)]
        const bytes = operations.length < size && size > 10_000 ? Infinity : JSON.stringify(operations).length
        return { bytes, run: () => refusable(() => applyPatch('json', resources.configmaps, object, operations)) }
      },
    },
  }
}

const definition = (openAPIV3Schema: unknown, more: object = {}) => ({
  metadata: { name: 'gadgets.wide.example.com' },
  spec: {
    group: 'wide.example.com',
    scope: 'Namespaced',
    names: { plural: 'gadgets', kind: 'Gadget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    ...more,
  },
})
const objectSchema = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
const STRING = { type: 'string' }
const deep = (size: number): unknown => (size === 0 ? STRING : objectSchema({ a: deep(size - 1) }))
const rule = (index: number) => ({ rule: `self.k${index}.size() < 10`, message: 'm' })
const widget = (spec: object) => ({
  apiVersion: 'fuzz.example.com/v1',
  kind: 'Widget',
  metadata: { name: 'wide' },
  spec,
})
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All'
const WIDGETS = '/apis/fuzz.example.com/v1/namespaces/default/widgets?dryRun=All'
const POLICIES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?dryRun=All'
const MAPS = '/api/v1/namespaces/default/configmaps?dryRun=All'

/** Bodies that the server as a whole takes or refuses. */
const BODIES: Readonly<Record<string, readonly [url: string, body: (size: number) => unknown]>> = {
  'definitions with many properties': [CRDS, (size) => definition(objectSchema(keyed(size, () => STRING)))],
  'definitions with rules': [
    CRDS,
    (size) =>
      definition(
        objectSchema(
          keyed(size, () => ({ ...STRING, maxLength: 5 })),
          { 'x-kubernetes-validations': range(size, rule) },
        ),
      ),
  ],
  'definitions with many values': [
    CRDS,
    (size) => definition(objectSchema({ a: { ...STRING, enum: range(size, (index) => `v${index}`) } })),
  ],
  'definitions that require much': [
    CRDS,
    (size) =>
      definition(
        objectSchema(
          keyed(size, () => STRING),
          { required: range(size, (index) => `k${index}`) },
        ),
      ),
  ],
  'definitions with alternatives': [
    CRDS,
    (size) => definition(objectSchema({ a: { ...STRING, anyOf: range(size, (index) => ({ maxLength: index })) } })),
  ],
  'definitions with defaults': [
    CRDS,
    (size) => definition(objectSchema(keyed(size, () => ({ ...STRING, default: 'a' })))),
  ],
  'definitions with wrong types': [CRDS, (size) => definition(objectSchema(keyed(size, () => ({ type: 'x' }))))],
  'definitions with versions': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: range(size, (index) => ({
            name: `v${index + 1}`,
            served: true,
            storage: index === 0,
            schema: { openAPIV3Schema: { type: 'object' } },
          })),
        },
      ),
  ],
  'definitions with columns': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object' } },
              additionalPrinterColumns: range(size, (index) => ({
                name: `c${index}`,
                type: 'string',
                jsonPath: `.spec.a${index}`,
              })),
            },
          ],
        },
      ),
  ],
  'definitions with long paths': [
    CRDS,
    (size) =>
      definition(
        {},
        {
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object' } },
              additionalPrinterColumns: [{ name: 'c', type: 'string', jsonPath: '.a'.repeat(size) }],
            },
          ],
        },
      ),
  ],
  'definitions with names': [
    CRDS,
    (size) =>
      definition(
        { type: 'object' },
        {
          names: {
            plural: 'gadgets',
            kind: 'Gadget',
            shortNames: range(size, (index) => `n${index}`),
            categories: range(size, (index) => `c${index}`),
          },
        },
      ),
  ],
  'custom objects with items': [WIDGETS, (size) => widget({ list: range(size, (index) => ({ k: `k${index}` })) })],
  'custom objects with the same items': [WIDGETS, (size) => widget({ list: range(size, () => ({ k: 'k' })) })],
  'custom objects with unknown fields': [`${WIDGETS}&fieldValidation=Strict`, (size) => widget(keyed(size, () => 1))],
  'custom objects with anything': [WIDGETS, (size) => widget({ free: keyed(size, () => [{}]) })],
  'custom objects with a long text': [WIDGETS, (size) => widget({ s: 'a'.repeat(size) })],
  'policies with rules': [
    POLICIES,
    (size) => ({
      metadata: { name: 'wide' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
        validations: range(size, (index) => ({ expression: `object.metadata.name != 'a${index}'` })),
      },
    }),
  ],
  'policies with variables': [
    POLICIES,
    (size) => ({
      metadata: { name: 'wide' },
      spec: {
        matchConstraints: {
          resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
        },
        variables: range(size, (index) => ({
          name: `a${index}`,
          expression: index === 0 ? '1' : `variables.a${index - 1}`,
        })),
        validations: [{ expression: 'true' }],
      },
    }),
  ],
  'managed fields': [
    MAPS,
    (size) => ({
      ...configMap({}),
      metadata: {
        name: 'wide',
        managedFields: range(size, (index) => ({
          manager: `m${index}`,
          operation: 'Update',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          time: TIME,
          fieldsV1: { 'f:data': { [`f:k${index}`]: {} } },
        })),
      },
    }),
  ],
  'managers that apply': [
    MAPS,
    (size) => ({
      ...configMap({}),
      metadata: {
        name: 'wide',
        managedFields: range(size, (index) => ({
          manager: `m${index}`,
          operation: 'Apply',
          apiVersion: 'v1',
          fieldsType: 'FieldsV1',
          time: TIME,
          fieldsV1: { 'f:data': { [`f:k${index}`]: {} } },
        })),
      },
    }),
  ],
  'fields of no kind': [`${MAPS}&fieldValidation=Strict`, (size) => ({ ...configMap({}), ...keyed(size, () => 1) })],
  'labels that are none': [MAPS, (size) => ({ metadata: { name: 'wide', labels: keyed(size, () => '?') } })],
}

export const bodyGrowths = (cluster: TestCluster): NamedGrowth[] =>
  Object.entries(BODIES).map(([name, [url, make]]) => ({
    name,
    growth: {
      size: 100,
      input: (size) => {
        const body = JSON.stringify(make(size))
        return { bytes: body.length, run: () => send(cluster, url, { body }) }
      },
    },
  }))

/** How deep a schema may be is bounded by how deep a body may be. */
export const deepDefinition = (cluster: TestCluster): NamedGrowth => ({
  name: 'definitions of many levels',
  growth: {
    size: 15,
    maxBytes: 12_000,
    input: (size) => {
      const body = JSON.stringify(definition(deep(size)))
      return { bytes: body.length, run: () => send(cluster, CRDS, { body }) }
    },
  },
})
