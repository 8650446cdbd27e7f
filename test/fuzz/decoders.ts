/** Each decoder of what comes from outside: what is thrown at it, and how it may refuse. */
import * as fc from 'fast-check'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiError, parseFieldSelector, parseLabelSelector, parseQuantity, resources } from '../../src/api/index.ts'
import { applyPatch } from '../../src/api/machinery.ts'
import { compilePattern } from '../../src/api/regexp/index.ts'
import { compileCel } from '../../src/api/cel/compile.ts'
import { parseGoDuration, parseTimestamp } from '../../src/api/cel/values/time.ts'
import { kubernetesEnvironment } from '../../src/api/cel/kubernetes-environment.ts'
import { parseFieldsV1 } from '../../src/api/apply/fields-v1.ts'
import { readAnswer, UndecodablePatch, UnsupportedPatchType } from '../../src/apiserver/admission/webhooks/answer.ts'
import { resourcesIn } from '../../src/apiserver/aggregation/remote-discovery.ts'
import { AuditPolicyError, parseAuditPolicy } from '../../src/apiserver/audit/read-policy.ts'
import { bearerToken } from '../../src/apiserver/auth/tokens/bearer.ts'
import { unverifiedClaims } from '../../src/apiserver/auth/tokens/jwt.ts'
import { readSigningRequest } from '../../src/apiserver/certificates/signing-request.ts'
import { decodePageToken } from '../../src/apiserver/handlers/page-token.ts'
import { decodeProtobuf, ProtobufError } from '../../src/apiserver/protobuf/index.ts'
import { parseRequest } from '../../src/apiserver/routing/request-info.ts'
import { parseBody, parseLenientYaml } from '../../src/apiserver/server/request-body.ts'
import { parseStreamOptions } from '../../src/apiserver/streaming/stream-options.ts'
import { readXml } from '../../src/builder/languages/java/read-xml.ts'
import { KubeconfigError, loadKubeconfig } from '../../src/client/index.ts'
import { readScore, renderScore, ScoreError } from '../../src/score/index.ts'
import type { FuzzedRequest } from './requests.ts'
import { customKind } from './seeds.ts'
import { drawing, drawObject, everyResource, json, objectOf, text } from './values.ts'

export interface Decoder {
  name: string
  input: fc.Arbitrary<unknown>
  decode: (input: unknown) => unknown
  /** The only errors that it may throw; `Error` stands for all but those of bugs (TypeError and its like). */
  refusals: readonly (abstract new (
    ...args: never[]
  ) => Error)[]
}

const decoder = <T>(
  name: string,
  input: fc.Arbitrary<T>,
  decode: (input: T) => unknown,
  refusals: Decoder['refusals'] = [ApiError],
): Decoder => ({ name, input, decode: decode as Decoder['decode'], refusals })

/** An object that has some of these fields, with anything in them. */
const loose = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record(
        Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, sometimes(value)])),
        { requiredKeys: [] },
      ),
    },
    { weight: 1, arbitrary: json },
  )
const sometimes = (value: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: json })
const several = (value: fc.Arbitrary<unknown>) => fc.array(sometimes(value), { maxLength: 3 })
const asText = (value: fc.Arbitrary<unknown>) =>
  fc.oneof(
    value.map((it) => JSON.stringify(it)),
    text,
  )

const syllables = (parts: readonly string[]) =>
  fc.array(fc.oneof(fc.constantFrom(...parts), text), { maxLength: 12 }).map((words) => words.join(''))

const xml = syllables([
  '<a>',
  '</a>',
  '<b c="d">',
  '</b>',
  '<a/>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?',
  '?>',
  '&#1;',
  '&lt;',
  '<',
  ' ',
]).map((it) => `<a>${it}</a>`)

const yaml = syllables([
  'a: ',
  '\n',
  '  ',
  '- ',
  '&a ',
  '*a',
  '<<: *a',
  '{',
  '}',
  '[',
  ']',
  '"',
  '|',
  '>',
  '!!js ',
  '? ',
  '#',
  '\t',
])
const object = drawing((draw) => drawObject(draw, draw(fc.constantFrom(...everyResource))))
const environment = kubernetesEnvironment({})
const schemaOf = (levels: number): fc.Arbitrary<unknown> => {
  const inner = levels === 0 ? json : schemaOf(levels - 1)
  return loose({
    type: fc.constantFrom('object', 'array', 'string', 'integer', 'x'),
    properties: fc.array(fc.tuple(text, inner), { maxLength: 2 }).map(objectOf),
    items: inner,
    additionalProperties: inner,
    allOf: several(inner),
    not: inner,
    pattern: text,
    enum: several(json),
    default: json,
    required: several(text),
    format: text,
    'x-kubernetes-list-type': text,
    'x-kubernetes-list-map-keys': several(text),
    'x-kubernetes-int-or-string': fc.boolean(),
    'x-kubernetes-validations': several(loose({ rule: text, messageExpression: text })),
  })
}

/** Definitions of kinds, whose schemas are anything. */
export const definitionRequest: fc.Arbitrary<FuzzedRequest> = schemaOf(3).map((openAPIV3Schema) => ({
  method: 'POST',
  url: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All',
  headers: {},
  body: JSON.stringify({
    metadata: { name: 'gadgets.fuzz.example.com' },
    spec: {
      group: 'fuzz.example.com',
      scope: 'Namespaced',
      names: { plural: 'gadgets', kind: 'Gadget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  }),
}))
const asked = { request: { uid: 'a' }, apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }
const review = loose({
  apiVersion: fc.constant('admission.k8s.io/v1'),
  kind: fc.constant('AdmissionReview'),
  response: loose({
    uid: fc.constant('a'),
    allowed: fc.boolean(),
    patchType: fc.constant('JSONPatch'),
    patch: asText(json).map((it) => Buffer.from(it).toString('base64')),
    status: loose({ message: text, code: json }),
    warnings: several(text),
    auditAnnotations: loose({ a: text }),
  }),
})
const group = { group: 'a.example.com', version: 'v1' }
const discovery = loose({
  kind: fc.constant('APIResourceList'),
  resources: several(
    loose({
      name: fc.constantFrom('a', 'a/status', '/', '__proto__'),
      kind: text,
      verbs: several(text),
      namespaced: fc.boolean(),
      shortNames: several(text),
      categories: several(text),
      singularName: text,
      group: text,
      version: text,
    }),
  ),
})
const kubeconfig = loose({
  'current-context': fc.constant('a'),
  contexts: several(
    loose({ name: fc.constant('a'), context: loose({ cluster: fc.constant('a'), user: fc.constant('a') }) }),
  ),
  clusters: several(
    loose({ name: fc.constant('a'), cluster: loose({ server: text, 'certificate-authority-data': text }) }),
  ),
  users: several(loose({ name: fc.constant('a'), user: loose({ token: text, 'client-key-data': text }) })),
})

async function readKubeconfig(content: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'naru-fuzz-'))
  try {
    await writeFile(join(folder, 'config'), content)
    return await loadKubeconfig(join(folder, 'config'))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Throws when what the extension server says would trip those who read it. */
function checkDiscovery(content: string): void {
  for (const resource of resourcesIn(content, group)) {
    const strings = [resource.kind, resource.plural, resource.singular, ...resource.shortNames, ...resource.categories]
    const parts = resource.subresources.flatMap((part) => [
      part.name,
      part.group,
      part.version,
      part.kind,
      ...part.verbs,
    ])
    for (const value of [...strings, ...resource.verbs, ...parts])
      if (typeof value !== 'string') throw new TypeError(`no string: ${JSON.stringify(value)}`)
    if (typeof resource.namespaced !== 'boolean') throw new TypeError('namespaced is no boolean')
  }
}

const envelope = fc.tuple(fc.constantFrom(...everyResource), fc.uint8Array({ maxLength: 200 })).map(([kind, raw]) => {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
  const part = (at: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from([(at << 3) | 2, bytes.length & 127]), bytes])
  const type = Buffer.concat([part(1, Buffer.from(apiVersion)), part(2, Buffer.from(kind.kind))])
  return Buffer.concat([Buffer.from('k8s\0'), part(1, type), part(2, raw.subarray(0, 127))])
})

/** Texts with placeholders, well and badly made. */
const expanded = fc.oneof(
  syllables(['${', '}', '$$', '$(', 'resources', '.', 'db', 'host', 'env', 'metadata', 'name', '\\', 'volume']),
  fc.constantFrom('.', 'web', '/data', '1', '100m', '0644'),
)
const named = (value: fc.Arbitrary<unknown>) =>
  fc.dictionary(fc.constantFrom('web', 'db', 'env', 'volume', '__proto__', '/data', 'A'), sometimes(value), {
    maxKeys: 3,
  })
const scoreContainer = loose({
  image: expanded,
  command: several(expanded),
  variables: named(expanded),
  files: fc.oneof(named(loose({ content: expanded, source: expanded, mode: expanded, noExpand: fc.boolean() })), json),
  volumes: fc.oneof(named(loose({ source: expanded, path: expanded })), several(json)),
  resources: loose({ limits: loose({ cpu: expanded, memory: expanded }), requests: loose({ cpu: expanded }) }),
  livenessProbe: loose({ httpGet: loose({ path: expanded, port: fc.integer() }), exec: json }),
})
const score = fc.record({
  apiVersion: fc.constant('score.dev/v1b1'),
  metadata: fc.constantFrom({ name: 'web' }, { name: 'web', a: { b: [1] } }),
  service: fc.constantFrom(
    undefined,
    { ports: { www: { port: 80 } } },
    { ports: { dns: { port: 53, protocol: 'UDP' } } },
  ),
  containers: named(scoreContainer),
  resources: named(
    loose({
      type: fc.constantFrom('postgres', 'volume', 'environment', 'dns', 'route', 'service'),
      id: fc.constantFrom(undefined, 'shared', 'a.b'),
      params: named(fc.oneof(expanded, json)),
    }),
  ),
})
const renderFile = (text: string) =>
  renderScore(readScore(text), {
    name: 'web',
    namespace: 'default',
    host: 'web.localhost',
    image: 'web:1',
    sources: new Map(),
  })

export const decoders: readonly Decoder[] = [
  decoder('JSON bodies', asText(json), (it) => parseBody(it, 'json')),
  decoder('YAML bodies', fc.oneof(yaml, asText(json)), (it) => parseBody(it, 'yaml')),
  decoder('lenient YAML', fc.oneof(yaml, asText(json)), parseLenientYaml),
  decoder('protobuf bodies', fc.oneof(envelope, fc.uint8Array()), decodeProtobuf, [ProtobufError, ApiError]),
  decoder('merge patches', fc.tuple(object, json), ([it, patch]) => applyPatch('merge', resources.pods, it, patch)),
  decoder('strategic merge patches', fc.tuple(object, fc.oneof(object, json)), ([it, patch]) =>
    applyPatch('strategic', resources.pods, it, patch),
  ),
  decoder('JSON patches', fc.tuple(object, json), ([it, patch]) => applyPatch('json', customKind, it, patch)),
  decoder(
    'owned fields',
    fc.oneof(json, loose({ 'f:a': loose({ 'k:{"a":1}': json, 'v:1': json, 'i:0': json, '.': json }) })),
    parseFieldsV1,
    [Error],
  ),
  decoder(
    'label selectors',
    syllables(['a', '=', '!=', ' in ', '(', ')', ',', '!', ' notin ', '>', '<', ' ']),
    parseLabelSelector,
  ),
  decoder('field selectors', syllables(['a.b', '=', '!=', '==', ',', '\\', ' ']), parseFieldSelector),
  decoder('quantities', fc.oneof(syllables(['1', '.', 'e', 'E', '-', '+', 'Ki', 'm', '0', 'n']), text), parseQuantity, [
    ApiError,
    Error,
  ]),
  decoder('durations', fc.oneof(syllables(['1', '.', 'h', 'm', 's', 'us', '-', '9999999999']), text), parseGoDuration),
  decoder('times', fc.oneof(syllables(['2024', '-', '01', 'T', ':', '99', 'Z', '.', '+', '00']), text), parseTimestamp),
  decoder(
    'expressions',
    syllables([
      'a',
      '.',
      '(',
      ')',
      '[',
      ']',
      '1',
      '+',
      '&&',
      '?',
      ':',
      '.map(x,',
      "'",
      '"',
      '{',
      '}',
      '!',
      ' in ',
      'size',
    ]),
    (it) => compileCel(it, environment),
  ),
  decoder(
    'patterns',
    syllables(['a', '(', ')', '*', '+', '{2,9}', '[', ']', '^', '$', '|', '\\d', '(?i)', '\\p{L}']),
    compilePattern,
  ),
  decoder(
    'page tokens',
    asText(loose({ v: text, rv: fc.integer(), start: text })).map((it) => Buffer.from(it).toString('base64url')),
    (it) => decodePageToken(it, '/a/'),
  ),
  decoder(
    'URLs',
    syllables(['/', 'api', 'apis', 'v1', 'namespaces', 'pods', '?', '&', '=', '%', '%2f', 'watch', 'a', '#', '..']).map(
      (it) => `/${it}`,
    ),
    (url) => parseRequest({ method: 'GET', url }),
  ),
  decoder('authorization headers', fc.oneof(text, syllables(['Bearer', ' ', 'a', ',', '\t'])), (authorization) =>
    bearerToken({ authorization }),
  ),
  decoder(
    'tokens',
    fc
      .array(asText(loose({ alg: text, kid: text, iss: text, sub: text })), { maxLength: 4 })
      .map((parts) => parts.map((part) => Buffer.from(part).toString('base64url')).join('.')),
    unverifiedClaims,
  ),
  decoder(
    'certificate requests',
    fc
      .oneof(
        text,
        fc.uint8Array({ maxLength: 300 }).map((der) => Buffer.from(der).toString('base64')),
      )
      .map((it) => `-----BEGIN CERTIFICATE REQUEST-----\n${it}\n-----END CERTIFICATE REQUEST-----\n`),
    readSigningRequest,
    // The library's own.
    [Error, TypeError],
  ),
  decoder(
    'answers of webhooks',
    fc.tuple(review, fc.boolean()),
    ([it, mutating]) => readAnswer(it, asked as never, mutating),
    [ApiError, Error, UndecodablePatch, UnsupportedPatchType],
  ),
  decoder('discovery of extension servers', asText(discovery), checkDiscovery, [SyntaxError, Error]),
  decoder(
    'audit policies',
    fc.oneof(
      yaml,
      asText(
        loose({
          apiVersion: fc.constant('audit.k8s.io/v1'),
          kind: fc.constant('Policy'),
          rules: several(loose({ level: text, resources: several(json), omitStages: json })),
        }),
      ),
    ),
    (it) => parseAuditPolicy(it, 'a'),
    [AuditPolicyError],
  ),
  decoder('kubeconfig files', fc.oneof(yaml, asText(kubeconfig)), readKubeconfig, [KubeconfigError]),
  decoder('XML', xml, readXml, []),
  decoder('Score files', fc.oneof(yaml, asText(score)), renderFile, [ScoreError]),
  decoder(
    'options of streams',
    syllables(['command', '=', '&', 'stdin', 'true', 'ports', '1', 'container', '%']).map(
      (it) => new URLSearchParams(it),
    ),
    (query) => [parseStreamOptions('exec', query), parseStreamOptions('portforward', query)],
  ),
]
