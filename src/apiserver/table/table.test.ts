import { describe, expect, it, test } from 'vitest'
import { allResources, apps, gatewayApi, type KubeObject, type Resource, resources } from '../../api/index.ts'
import { humanDuration } from './duration.ts'
import { printerFor, toTable } from './index.ts'

const NOW = Date.parse('2024-05-01T12:00:00Z')
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

/** One object's cells, by heading in lower case. */
function cells(resource: Resource, object: object): Record<string, unknown> {
  const complete = { metadata: { name: 'a', creationTimestamp: ago(300) }, ...object } as KubeObject
  const table = toTable(printerFor(resource), [complete], { includeObject: 'None', now: NOW })
  return Object.fromEntries(
    table.columnDefinitions.map((column, at) => [column.name.toLowerCase(), table.rows[0]?.cells[at]]),
  )
}

test.each([
  [-5, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [303, '5m3s'],
  [600, '10m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 60, '3h1m'],
  [9 * 3600 + 60, '9h'],
  [47 * 3600, '47h'],
  [50 * 3600, '2d2h'],
  [30 * 86_400, '30d'],
  [800 * 86_400, '2y70d'],
  [3000 * 86_400, '8y'],
])('%d seconds are told as %s', (seconds, text) => {
  expect(humanDuration(seconds * 1000)).toBe(text)
})

describe('pods', () => {
  const spec = { nodeName: 'n', containers: [{ name: 'c' }, { name: 'd' }] }
  const running = (name: string) => ({ name, ready: true, restartCount: 0, state: { running: {} } })

  test.each([
    ['has not been scheduled', { phase: 'Pending' }, '0/2', 'Pending', '0'],
    [
      'waits for its gates',
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
      '0/2',
      'SchedulingGated',
      '0',
    ],
    ['runs', { phase: 'Running', containerStatuses: [running('c'), running('d')] }, '2/2', 'Running', '0'],
    [
      'crashes',
      {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'c',
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, finishedAt: ago(90) } },
          },
          running('d'),
        ],
      },
      '1/2',
      'CrashLoopBackOff',
      '3 (90s ago)',
    ],
    [
      'was killed',
      {
        phase: 'Failed',
        containerStatuses: [{ name: 'c', restartCount: 0, state: { terminated: { exitCode: 137, signal: 9 } } }],
      },
      '0/2',
      'Signal:9',
      '0',
    ],
    [
      'ended with a code',
      { phase: 'Failed', containerStatuses: [{ name: 'c', restartCount: 0, state: { terminated: { exitCode: 3 } } }] },
      '0/2',
      'ExitCode:3',
      '0',
    ],
    ['was evicted', { phase: 'Failed', reason: 'Evicted' }, '0/2', 'Evicted', '0'],
    [
      'has one container left',
      {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          { name: 'c', restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          running('d'),
        ],
      },
      '1/2',
      'Running',
      '0',
    ],
  ])('one that %s', (_, status, ready, word, restarts) => {
    expect(cells(resources.pods, { spec, status })).toMatchObject({ ready, status: word, restarts, age: '5m' })
  })

  test.each([
    [
      'waits for its second init container',
      [
        { name: 'i', state: { terminated: { exitCode: 0 } } },
        { name: 'j', state: { waiting: { reason: 'PodInitializing' } } },
      ],
      'Init:1/2',
    ],
    ['cannot pull one', [{ name: 'i', state: { waiting: { reason: 'ErrImagePull' } } }], 'Init:ErrImagePull'],
    ['has one that failed', [{ name: 'i', state: { terminated: { exitCode: 2, reason: 'Error' } } }], 'Init:Error'],
  ])('one that %s', (_, initContainerStatuses, word) => {
    const pod = {
      spec: { ...spec, initContainers: [{ name: 'i' }, { name: 'j' }] },
      status: { phase: 'Pending', initContainerStatuses },
    }
    expect(cells(resources.pods, pod)).toMatchObject({ status: word })
  })

  it('count their sidecars', () => {
    const pod = {
      spec: { containers: [{ name: 'c' }], initContainers: [{ name: 's', restartPolicy: 'Always' }] },
      status: {
        phase: 'Running',
        initContainerStatuses: [{ ...running('s'), started: true, restartCount: 1 }],
        containerStatuses: [running('c')],
      },
    }
    expect(cells(resources.pods, pod)).toMatchObject({ ready: '2/2', status: 'Running', restarts: '1' })
  })

  it('that are being deleted say so, unless they have ended', () => {
    const metadata = { name: 'a', deletionTimestamp: ago(1) }
    expect(cells(resources.pods, { metadata, spec, status: { phase: 'Running' } }).status).toBe('Terminating')
    expect(cells(resources.pods, { metadata, spec, status: { phase: 'Succeeded' } }).status).toBe('Succeeded')
  })

  it('tell kubectl that they are completed', () => {
    const pod = { metadata: { name: 'a' }, status: { phase: 'Succeeded' } } as KubeObject
    const [row] = toTable(printerFor(resources.pods), [pod], { includeObject: 'None', now: NOW }).rows
    expect(row?.conditions).toEqual([
      { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
    ])
  })
})

const template = {
  spec: {
    containers: [
      { name: 'c', image: 'i' },
      { name: 'd', image: 'j' },
    ],
  },
}
const selector = { matchLabels: { b: '2', a: '1' } }

test.each([
  [
    'deployments',
    resources.deployments,
    {
      spec: { replicas: 2, selector, template },
      status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    },
    { ready: '1/2', 'up-to-date': 2, available: 1, age: '5m', containers: 'c,d', images: 'i,j', selector: 'a=1,b=2' },
  ],
  [
    'jobs',
    resources.jobs,
    { spec: { completions: 3 }, status: { succeeded: 1, startTime: ago(60) } },
    { status: 'Running', completions: '1/3', duration: '60s' },
  ],
  [
    'services',
    resources.services,
    { spec: { type: 'NodePort', clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] } },
    {
      type: 'NodePort',
      'cluster-ip': '10.96.0.9',
      'external-ip': '<none>',
      'port(s)': '80:30080/TCP',
      selector: '<none>',
    },
  ],
  [
    'balanced services',
    resources.services,
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } },
    { 'external-ip': '<pending>', 'port(s)': '<none>' },
  ],
  [
    'nodes',
    resources.nodes,
    {
      metadata: {
        name: 'n',
        labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'False' }],
        addresses: [{ type: 'InternalIP', address: '1.2.3.4' }],
        nodeInfo: { kubeletVersion: 'v1.34.0' },
      },
    },
    {
      status: 'NotReady,SchedulingDisabled',
      roles: 'control-plane,worker',
      version: 'v1.34.0',
      'internal-ip': '1.2.3.4',
      'os-image': '<unknown>',
      age: '<unknown>',
    },
  ],
  [
    'endpoint slices',
    resources.endpointslices,
    {
      addressType: 'IPv4',
      ports: [{ port: 80 }],
      endpoints: [1, 2, 3, 4, 5].map((n) => ({ addresses: [`10.0.0.${n}`] })),
    },
    { addresstype: 'IPv4', ports: '80', endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...' },
  ],
  [
    'events',
    resources.events,
    {
      involvedObject: { kind: 'Pod', name: 'p' },
      reason: 'Killing',
      message: ' x ',
      lastTimestamp: ago(30),
      source: { component: 'kubelet', host: 'n' },
    },
    { 'last seen': '30s', object: 'pod/p', message: 'x', source: 'kubelet, n', count: 1 },
  ],
  ['secrets', resources.secrets, { type: 'Opaque', data: { a: '', b: '' } }, { type: 'Opaque', data: 2 }],
  [
    'ingresses',
    resources.ingresses,
    { spec: { rules: [{ host: 'a' }, { host: 'b' }], tls: [{}] } },
    { class: '<none>', hosts: 'a,b', ports: '80, 443' },
  ],
  [
    'autoscalers',
    resources.horizontalpodautoscalers,
    {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'd' },
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 80 } } }],
      },
    },
    { reference: 'Deployment/d', targets: 'cpu: <unknown>/80%', minpods: '<unset>', maxpods: 3 },
  ],
  [
    'drivers of volumes',
    resources.csidrivers,
    { spec: { attachRequired: false, tokenRequests: [{ audience: 'a' }, { audience: 'b' }] } },
    { attachrequired: false, podinfoonmount: false, tokenrequests: 'a,b', modes: '<none>', age: '5m' },
  ],
  [
    'attachments of volumes',
    resources.volumeattachments,
    { spec: { attacher: 'd', nodeName: 'n', source: { persistentVolumeName: 'v' } }, status: { attached: true } },
    { attacher: 'd', pv: 'v', node: 'n', attached: true },
  ],
  [
    'claims of devices',
    resources.resourceclaims,
    { status: { allocation: {}, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] } },
    { state: 'allocated,reserved' },
  ],
  ['claims of devices that wait', resources.resourceclaims, { spec: {} }, { state: 'pending' }],
  [
    'flow schemas',
    resources.flowschemas,
    {
      spec: {
        priorityLevelConfiguration: { name: 'l' },
        matchingPrecedence: 9,
        distinguisherMethod: { type: 'ByUser' },
      },
      status: { conditions: [{ type: 'Dangling', status: 'False' }] },
    },
    { prioritylevel: 'l', matchingprecedence: 9, distinguishermethod: 'ByUser', missingpl: 'False' },
  ],
  [
    'priority levels',
    resources.prioritylevelconfigurations,
    {
      spec: { type: 'Limited', limited: { nominalConcurrencyShares: 30, limitResponse: { queuing: { queues: 64 } } } },
    },
    { type: 'Limited', nominalconcurrencyshares: 30, queues: 64, handsize: '<none>', age: '5m' },
  ],
  [
    'API services of others',
    resources.apiservices,
    {
      spec: { service: { namespace: 'n', name: 's' } },
      status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
    },
    { service: 'n/s', available: 'False (MissingEndpoints)' },
  ],
  ['API services', resources.apiservices, { spec: {} }, { service: 'Local', available: 'Unknown' }],
  [
    'policies',
    resources.validatingadmissionpolicies,
    { spec: { validations: [{}, {}], paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } },
    { validations: 2, paramkind: 'v1/ConfigMap' },
  ],
  [
    'bindings of policies',
    resources.validatingadmissionpolicybindings,
    { spec: { policyName: 'p', paramRef: { name: 'c' } } },
    { policyname: 'p', paramref: '*/c' },
  ],
  [
    'bindings of policies by label',
    resources.validatingadmissionpolicybindings,
    { spec: { policyName: 'p', paramRef: { selector: { matchLabels: { a: 'b' } } } } },
    { paramref: 'a=b' },
  ],
  [
    'addresses',
    resources.ipaddresses,
    { spec: { parentRef: { group: '', resource: 'services', namespace: 'default', name: 'kubernetes' } } },
    { parentref: 'services/default/kubernetes' },
  ],
  ['limit ranges', resources.limitranges, {}, { 'created at': ago(300) }],
  ['routes', gatewayApi.httproutes, { spec: { hostnames: ['a.b'] } }, { hostnames: '["a.b"]' }],
  [
    'gateways',
    gatewayApi.gateways,
    { spec: { gatewayClassName: 'naru' }, status: { conditions: [{ type: 'Programmed', status: 'True' }] } },
    { class: 'naru', address: null, programmed: 'True' },
  ],
  [
    'apps',
    apps,
    {
      spec: { image: 'i', processes: [{ name: 'web', replicas: 2 }] },
      status: { url: 'http://a', readyReplicas: 1, conditions: [{ type: 'Ready', status: 'True' }] },
    },
    { url: 'http://a', ready: 'True', replicas: '1/2', image: 'i' },
  ],
] as [string, Resource, object, object][])('%s fill their columns', (_, resource, object, expected) => {
  expect(cells(resource, object)).toMatchObject(expected)
})

test.each(
  allResources.map((resource) => [`${resource.kind} of ${resource.group}/${resource.version}`, resource] as const),
)('%s is printed even when it has nothing but a name', (_, resource) => {
  const table = toTable(printerFor(resource), [{ metadata: { name: 'a' } }], { includeObject: 'None', now: NOW })
  expect(table.columnDefinitions.some((column) => column.format === 'name')).toBe(true)
  expect(table.rows[0]?.cells).toHaveLength(table.columnDefinitions.length)
})

test.each([
  ['None', null],
  ['Metadata', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } }],
  ['Object', { metadata: { name: 'a' } }],
] as const)('rows carry of their object: %s', (includeObject, object) => {
  const table = toTable(printerFor(resources.configmaps), [{ metadata: { name: 'a' } }], {
    includeObject,
    now: NOW,
    listMeta: { resourceVersion: '7' },
  })
  expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: '7' } })
  expect(table.rows[0]?.object).toEqual(object)
})
