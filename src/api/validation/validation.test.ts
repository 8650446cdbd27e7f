import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { apps } from '../app-types.ts'
import { decodeObject } from '../decode/index.ts'
import { applyDefaults } from '../defaults/index.ts'
import { httproutes } from '../gateway-types.ts'
import {
  configmaps,
  cronjobs,
  deployments,
  ingresses,
  jobs,
  leases,
  namespaces,
  persistentvolumeclaims,
  pods,
  roles,
  secrets,
  services,
  statefulsets,
} from '../generated/resources.ts'
import type { KubeObject } from '../object.ts'
import { allResources } from '../registry.ts'
import type { Resource } from '../resource.ts'
import { allSchemas, type FieldSchema, schemaFor, schemaNamed } from '../schema/index.ts'
import { validateObject } from './index.ts'

type Value = Record<string, unknown>

function stored(resource: Resource, value: Value): KubeObject {
  const metadata = { name: 'a', ...(resource.namespaced && { namespace: 'default' }), ...(value.metadata as Value) }
  const { object } = decodeObject(resource, { ...value, metadata })
  applyDefaults(resource, object)
  return object
}

/** The errors as sentences. */
function problems(resource: Resource, value: Value, old?: Value): string[] {
  const before = old && stored(resource, old)
  return validateObject(resource, stored(resource, value), before).map((error) => `${error.field}: ${error.message}`)
}

/** Rows of a table, each with the kind in front for its name. */
const byKind = <T extends [Resource, ...unknown[]]>(rows: T[]) => rows.map((row) => [row[0].kind, ...row] as const)

const container = { name: 'c', image: 'i' }
const podSpec = (more: Value = {}) => ({ containers: [container], ...more })
const withContainer = (more: Value) => ({ spec: { containers: [{ ...container, ...more }] } })
const deployment = (more: Value = {}) => ({
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: podSpec() },
    ...more,
  },
})
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

describe('metadata', () => {
  test.each(
    byKind<[Resource, Value, string]>([
      [configmaps, { name: 'A_b' }, `metadata.name: Invalid value: "A_b": ${SUBDOMAIN}`],
      [namespaces, { name: 'a.b' }, 'metadata.name: Invalid value: "a.b": must not contain dots'],
      [namespaces, { name: 'a_b' }, `metadata.name: Invalid value: "a_b": ${LABEL}`],
      [configmaps, { name: '' }, 'metadata.name: Required value: name or generateName is required'],
      [roles, { name: 'a/b' }, `metadata.name: Invalid value: "a/b": may not contain '/'`],
      [configmaps, { namespace: '' }, 'metadata.namespace: Required value'],
      [namespaces, { namespace: 'x' }, 'metadata.namespace: Forbidden: not allowed on this type'],
      [
        configmaps,
        { name: 'x'.repeat(254) },
        `metadata.name: Invalid value: "${'x'.repeat(254)}": must be no more than 253 characters`,
      ],
      [
        configmaps,
        { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }] },
        'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
      ],
      [
        configmaps,
        { annotations: { a: 'x'.repeat(300_000) } },
        'metadata.annotations: Too long: may not be more than 262144 bytes',
      ],
    ]),
  )('%s with (%#)', (_, resource, metadata, problem) => {
    expect(problems(resource, { metadata })).toContain(problem)
  })

  it('takes RBAC names with colons, and prefixes that end in a dash', () => {
    expect(problems(roles, { metadata: { name: 'system:x' } })).toEqual([])
    expect(problems(configmaps, { metadata: { generateName: 'web-' } })).toEqual([])
  })

  it('keeps identity, and takes no new finalizers once deleted', () => {
    const old = { metadata: { uid: '1', deletionTimestamp: '2024-01-01T00:00:00Z' } }
    const now = { metadata: { ...old.metadata, uid: '2', finalizers: ['x.io/a'] } }
    const changes = [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"x.io/a"}',
      'metadata.uid: Invalid value: "2": field is immutable',
    ]
    // By those who check all objects, and by those who check this kind.
    expect(problems(configmaps, now, old)).toEqual([...changes, ...changes])
  })

  it('has finalizers of others, or standard ones', () => {
    const finalizers = ['kubernetes', 'orphan', 'x.io/a', 'x']
    const why =
      'metadata.finalizers[3]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified'
    expect(problems(configmaps, { metadata: { finalizers } })).toEqual([why])
    expect(problems(leases, { metadata: { finalizers }, spec: {} })).toEqual([])
  })
})

describe('pods', () => {
  test.each([
    ['no containers', { spec: {} }, ['spec.containers: Required value']],
    [
      'two of a name',
      { spec: podSpec({ containers: [container, container] }) },
      ['spec.containers[1].name: Duplicate value: "c"'],
    ],
    ['no image', { spec: podSpec({ containers: [{ name: 'c' }] }) }, ['spec.containers[0].image: Required value']],
    [
      'a bad port',
      withContainer({ ports: [{ containerPort: 70_000 }] }),
      ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'an unknown protocol',
      withContainer({ ports: [{ containerPort: 1, protocol: 'ICMP' }] }),
      ['spec.containers[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'a mount of no volume',
      withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'a volume of two sources',
      { spec: podSpec({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/' } }] }) },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a probe without handler',
      withContainer({ livenessProbe: {} }),
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a probe of two handlers',
      withContainer({ readinessProbe: { tcpSocket: { port: 1 }, exec: { command: ['x'] } } }),
      ['spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'a liveness probe to pass twice',
      withContainer({ livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'requests over limits',
      withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'env of two sources',
      withContainer({
        env: [
          { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 's', key: 'k' } } },
        ],
      }),
      ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time'],
    ],
    ['env without name', withContainer({ env: [{ value: 'x' }] }), ['spec.containers[0].env[0].name: Required value']],
    [
      'an unknown restart policy',
      { spec: podSpec({ restartPolicy: 'Maybe' }) },
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'an init container with a probe',
      { spec: podSpec({ initContainers: [{ name: 'i', image: 'i', livenessProbe: { tcpSocket: { port: 1 } } }] }) },
      [
        'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
      ],
    ],
  ] as [string, Value, string[]][])('with %s', (_, value, expected) => {
    expect(problems(pods, value)).toEqual(expected)
  })

  it('may change their image and nothing else of their spec', () => {
    const old = { metadata: { resourceVersion: '1' }, spec: podSpec({ nodeName: 'n' }) }
    expect(
      problems(pods, { spec: podSpec({ nodeName: 'n', containers: [{ name: 'c', image: 'other' }] }) }, old),
    ).toEqual([])
    expect(problems(pods, { spec: podSpec({ nodeName: 'n', hostname: 'h' }) }, old)[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`[^]*\+ "Hostname": "h",/,
    )
    expect(problems(pods, { spec: podSpec({ containers: [container, { name: 'd', image: 'i' }] }) }, old)).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ])
  })
})

describe('workloads', () => {
  test.each(
    byKind<[Resource, Value, string[]]>([
      [deployments, deployment(), []],
      [
        deployments,
        deployment({ selector: undefined }),
        [
          'spec.selector: Required value',
          'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
        ],
      ],
      [
        deployments,
        deployment({ selector: { matchLabels: { a: 'c' } } }),
        ['spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`'],
      ],
      [
        deployments,
        deployment({ replicas: -1 }),
        ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
      ],
      [
        deployments,
        deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }),
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
      ],
      [
        deployments,
        deployment({ strategy: { rollingUpdate: { maxUnavailable: '101%' } } }),
        ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
      ],
      [
        deployments,
        deployment({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
        ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
      ],
      [
        deployments,
        deployment({ minReadySeconds: 700 }),
        ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
      ],
      [
        jobs,
        {
          spec: {
            manualSelector: true,
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: podSpec() },
          },
        },
        ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
      ],
      [
        cronjobs,
        {
          spec: {
            schedule: 'often',
            jobTemplate: { spec: { template: { spec: podSpec({ restartPolicy: 'Never' }) } } },
          },
        },
        ['spec.schedule: Invalid value: "often": expected exactly 5 fields, found 1: [often]'],
      ],
    ]),
  )('%s (%#)', (_, resource, value, expected) => {
    expect(problems(resource, value)).toEqual(expected)
  })

  it('keep their selectors', () => {
    const labels = { metadata: { labels: { a: 'b', c: 'd' } }, spec: podSpec() }
    const now = deployment({ selector: { matchLabels: { c: 'd' } }, template: labels })
    expect(problems(deployments, now, deployment({ template: labels }))).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"c":"d"}}: field is immutable',
    ])
  })

  it('of a StatefulSet may mount what its claims provide, and keep their service name', () => {
    const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
    const set = (serviceName: string) => ({
      spec: {
        ...deployment().spec,
        serviceName,
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
        template: {
          metadata: { labels: { a: 'b' } },
          spec: podSpec({ containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/d' }] }] }),
        },
      },
    })
    expect(problems(statefulsets, set('x'))).toEqual([])
    expect(problems(statefulsets, set('y'), set('x'))[0]).toMatch(
      /^spec: Forbidden: updates to statefulset spec for fields other than/,
    )
  })
})

describe('services', () => {
  const service = (spec: Value) => ({ spec: { ports: [{ port: 80 }], ...spec } })
  test.each([
    [{ ports: [] }, ['spec.ports: Required value']],
    [{ clusterIP: 'None', clusterIPs: ['None'], ports: [] }, []],
    [{ ports: [{ port: 80 }, { port: 81, name: 'b' }] }, ['spec.ports[0].name: Required value']],
    [
      { ports: [{ port: 0 }] },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [{ type: 'ExternalName', ports: [] }, ['spec.externalName: Required value']],
    [
      { type: 'Nonsense' },
      [
        'spec.type: Unsupported value: "Nonsense": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      { clusterIP: '10.0.0.256', clusterIPs: ['10.0.0.256'] },
      [
        'spec.clusterIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
  ])('%j', (spec, expected) => {
    expect(problems(services, service(spec))).toEqual(expected)
  })

  it('keep their address', () => {
    const old = service({ clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5'] })
    const now = service({ clusterIP: '10.96.0.6', clusterIPs: ['10.96.0.6'] })
    expect(problems(services, now, old)).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.6"]: may not change once set',
    ])
  })
})

describe('other kinds', () => {
  test.each(
    byKind<[Resource, Value, string]>([
      [configmaps, { data: { 'a b': '' } }, 'data[a b]: Invalid value: "a b": a valid config key must consist of'],
      [
        configmaps,
        { data: { a: 'x' }, binaryData: { a: 'eA==' } },
        'data[a]: Invalid value: "a": duplicate of key present in binaryData',
      ],
      [configmaps, { data: { a: 'x'.repeat(1_048_577) } }, '[]: Too long: may not be more than 1048576 bytes'],
      [secrets, { type: 'kubernetes.io/tls' }, 'data[tls.crt]: Required value'],
      [
        secrets,
        { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '[' } },
        'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>"',
      ],
      [persistentvolumeclaims, { spec: {} }, 'spec.accessModes: Required value: at least 1 access mode is required'],
      [ingresses, {}, 'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
      [
        ingresses,
        { spec: { rules: [{ host: '1.2.3.4', http: { paths: [{ path: 'x', pathType: 'Prefix', backend: {} }] } }] } },
        'spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      ],
      [
        httproutes,
        { spec: { rules: [{ backendRefs: [{ name: 's' }] }] } },
        'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
      ],
      [httproutes, { spec: { hostnames: ['A'] } }, 'spec.hostnames[0]: Invalid value: "A"'],
      [apps, { spec: {} }, 'spec.image: Required value'],
      [apps, { spec: { image: 'i', port: 0 } }, 'spec.port: Invalid value: 0: must be between 1 and 65535, inclusive'],
      [apps, { spec: { image: 'i', hosts: ['a..b'] } }, 'spec.hosts[0]: Invalid value: "a..b"'],
      [
        apps,
        { metadata: { name: '1a' }, spec: { image: 'i' } },
        'metadata.name: Invalid value: "1a": a DNS-1035 label must consist of',
      ],
    ]),
  )('%s %#', (_, resource, value, beginning) => {
    expect(problems(resource, value).find((problem) => problem.startsWith(beginning))).toBeDefined()
  })

  test.each(
    byKind<[Resource, Value, string]>([
      [configmaps, { data: { a: '1' } }, 'data'],
      [secrets, { stringData: { a: '1' } }, 'data'],
    ]),
  )('%s that is immutable stays so', (_, resource, content, field) => {
    const why = 'Forbidden: field is immutable when `immutable` is set'
    expect(problems(resource, { ...content }, { immutable: true })).toEqual([`immutable: ${why}`, `${field}: ${why}`])
  })
})

/** Values that decode, of any shape the schema allows, with few levels. */
function valueOf(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'object':
      return depth === 0 ? fc.constant({}) : fieldsOf(field.schema ?? '', depth - 1)
    case 'list':
      return fc.array(valueOf(field.items ?? { type: 'any' }, depth), { maxLength: 2 })
    case 'map':
      return fc.dictionary(fc.string({ maxLength: 5 }), valueOf(field.items ?? { type: 'any' }, depth), { maxKeys: 2 })
    case 'boolean':
      return fc.boolean()
    case 'quantity':
      return fc.constantFrom('0', '1', '-1', '1Gi', '100m')
    case 'time':
    case 'microTime':
      return fc.constant('2024-01-01T00:00:00Z')
    case 'bytes':
      return fc.constant('YQ==')
    case 'string':
      return fc.constantFrom('', 'a', 'A_b', '10.0.0.1', 'None', 'Always', '%')
    case 'any':
      if (field.schema?.startsWith('JSONSchemaPropsOr'))
        return depth === 0 ? fc.constant({}) : fieldsOf('JSONSchemaProps', depth - 1)
      return fc.integer({ min: -2, max: 70_000 })
    default:
      return fc.integer({ min: -2, max: 70_000 })
  }
}

function fieldsOf(name: string, depth: number): fc.Arbitrary<Value> {
  const { fields } = schemaNamed(name)
  const arbitraries = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, valueOf(value, depth)]))
  return fc.record(arbitraries, { requiredKeys: [] }) as fc.Arbitrary<Value>
}

const withRules = allResources.filter((resource) => 'spec' in schemaFor(resource).fields)

it('judges any object that decodes, and never throws', () => {
  const nameOf = (resource: Resource) => {
    const schema = schemaFor(resource)
    return Object.keys(allSchemas).find((name) => allSchemas[name] === schema) ?? ''
  }
  const object = fc
    .constantFrom(...withRules)
    .chain((resource) => fc.tuple(fc.constant(resource), fieldsOf(nameOf(resource), 4), fieldsOf(nameOf(resource), 4)))
  fc.assert(
    fc.property(object, ([resource, value, old]) => {
      const [now, before] = [value, old].map(({ apiVersion: _a, kind: _k, ...rest }) => stored(resource, rest))
      expect(Array.isArray(validateObject(resource, now as KubeObject, before))).toBe(true)
    }),
    { numRuns: 150 },
  )
})
