import { describe, expect, test } from 'vitest'
import { apps } from '../../app-types.ts'
import { backingResources, provisioners } from '../../backing-types.ts'
import { problemsOf } from '../testing/problems.ts'

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

describe('a Resource', () => {
  test.each<[object: object, problems: string[]]>([
    [{ spec: { type: 'postgres', params: { storage: '1Gi', any: { thing: [1] } } } }, []],
    [{ spec: { type: 'Postgres' } }, [`spec.type: Invalid value: "Postgres": ${LABEL}`]],
    [{ spec: { type: 'redis', class: 'a.b' } }, ['spec.class: Invalid value: "a.b": must not contain dots']],
    [
      { metadata: { name: 'n'.repeat(53) }, spec: { type: 'redis' } },
      ['metadata.name: Too long: may not be more than 52 bytes'],
    ],
    [{ spec: {} }, ['spec.type: Required value']],
  ])('%j', (object, problems) => expect(problemsOf(backingResources, object)).toEqual(problems))

  test('stays of its type and class', () => {
    const before = { spec: { type: 'postgres' } }
    expect(problemsOf(backingResources, { spec: { type: 'mariadb', class: 'big' } }, before)).toEqual([
      'spec.type: Invalid value: "mariadb": field is immutable',
      'spec.class: Invalid value: "big": field is immutable',
    ])
    expect(problemsOf(backingResources, { spec: { type: 'postgres', image: 'i' } }, before)).toEqual([])
  })
})

describe('a Provisioner', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: '${name}' } }
  test.each<[spec: object, problems: string[]]>([
    [{ outputs: { host: '${name}' }, environment: { HOST: 'host' }, manifests: [service] }, []],
    [{ controller: 'example.com/queues', params: { depth: { default: 1 } } }, []],
    [
      { controller: 'queues', outputs: { uri: 'x' }, manifests: [] },
      [
        'spec.controller: Invalid value: "queues": must be a domain and a path, like example.com/queues',
        'spec.outputs: Forbidden: may not be set together with controller',
        'spec.manifests: Forbidden: may not be set together with controller',
      ],
    ],
    [{ secret: '${params.secret}', environment: { URL: 'uri' }, params: { secret: {} } }, []],
    [
      { outputs: { 'a b': 'x' }, secret: 's' },
      [
        `spec.outputs[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
        'spec.secret: Forbidden: may not be set together with outputs',
      ],
    ],
    [
      { environment: { '1A': 'x' }, params: { 'a.b': {} } },
      [
        'spec.params[a.b]: Invalid value: "a.b": a parameter is named like ^[A-Za-z][A-Za-z0-9]*$',
        'spec.environment[1A]: Invalid value: "1A": must be the name of a variable, like ^[A-Za-z_][A-Za-z0-9_]*$',
        'spec.environment[1A]: Not found: "x"',
      ],
    ],
    [
      { volume: { claimName: 'c', mountPath: 'data' }, manifests: ['text', { ...service, kind: 'Pod', metadata: {} }] },
      [
        'spec.volume.mountPath: Invalid value: "data": must be an absolute path',
        'spec.manifests[0]: Invalid value: "text": must be an object',
        'spec.manifests[1].kind: Unsupported value: "v1/Pod": supported values: "v1/ConfigMap", "v1/PersistentVolumeClaim", "v1/Secret", "v1/Service", "apps/v1/Deployment", "apps/v1/StatefulSet", "networking.k8s.io/v1/NetworkPolicy"',
        'spec.manifests[1].metadata.name: Required value',
      ],
    ],
    [
      { manifests: [{ ...service, metadata: { name: 'a', namespace: 'b' } }] },
      ['spec.manifests[0].metadata.namespace: Forbidden: objects are made in the namespace of the Resource'],
    ],
    [
      { commands: { shell: [], dump: { extension: '../x', write: ['a'], check: [], restore: ['c'] } } },
      [
        'spec.commands.shell: Required value',
        'spec.commands.dump.check: Required value',
        'spec.commands.dump.extension: Invalid value: "../x": must be like ^[a-z0-9]+(\\.[a-z0-9]+)?$',
      ],
    ],
  ])('%j', (spec, problems) => expect(problemsOf(provisioners, { spec: { type: 'thing', ...spec } })).toEqual(problems))
})

describe('the bindings of an App', () => {
  test.each<[bindings: object[], problems: string[]]>([
    [[{ resource: 'db' }, { resource: 'orders', prefix: 'ORDERS_' }], []],
    [[{ resource: 'db' }, { resource: 'db' }], ['spec.bindings[1].resource: Duplicate value: "db"']],
    [
      [{ resource: 'a.b', prefix: 'A-' }],
      [
        'spec.bindings[0].resource: Invalid value: "a.b": must not contain dots',
        'spec.bindings[0].prefix: Invalid value: "A-": must be the name of a variable, like ^[A-Za-z_][A-Za-z0-9_]*$',
      ],
    ],
  ])('%j', (bindings, problems) => expect(problemsOf(apps, { spec: { image: 'i', bindings } })).toEqual(problems))
})
