/** What of an object's metadata a write of its status may change, kind by kind. */
import { type Case, NAMESPACE } from '../case.ts'
import { type Call, READ } from '../connection.ts'

interface Kind {
  /** Of the collection. */
  path: string
  spec: object
  status: object
}

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a' }] } }
const selected = { selector: { matchLabels: { a: 'b' } }, template }
const namespaced = (group: string, plural: string) =>
  `${group === 'v1' ? '/api' : '/apis'}/${group}/namespaces/${NAMESPACE}/${plural}`
const KINDS: Readonly<Record<string, Kind>> = {
  pods: { path: namespaced('v1', 'pods'), spec: template.spec, status: { phase: 'Running' } },
  services: { path: namespaced('v1', 'services'), spec: { ports: [{ port: 80 }] }, status: {} },
  replicationcontrollers: {
    path: namespaced('v1', 'replicationcontrollers'),
    spec: { replicas: 0, selector: { a: 'b' }, template },
    status: { replicas: 0 },
  },
  resourcequotas: { path: namespaced('v1', 'resourcequotas'), spec: {}, status: { hard: { pods: '1' } } },
  persistentvolumeclaims: {
    path: namespaced('v1', 'persistentvolumeclaims'),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1' } } },
    status: { phase: 'Lost' },
  },
  persistentvolumes: {
    path: '/api/v1/persistentvolumes',
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1' }, hostPath: { path: '/a' } },
    status: { phase: 'Available' },
  },
  nodes: { path: '/api/v1/nodes', spec: {}, status: { nodeInfo: { architecture: 'x' } } },
  namespaces: { path: '/api/v1/namespaces', spec: {}, status: { phase: 'Active' } },
  deployments: { path: namespaced('apps/v1', 'deployments'), spec: selected, status: { replicas: 0 } },
  replicasets: { path: namespaced('apps/v1', 'replicasets'), spec: selected, status: { replicas: 0 } },
  statefulsets: {
    path: namespaced('apps/v1', 'statefulsets'),
    spec: { ...selected, serviceName: 'a' },
    status: { replicas: 0 },
  },
  daemonsets: {
    path: namespaced('apps/v1', 'daemonsets'),
    spec: selected,
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  },
  jobs: {
    path: namespaced('batch/v1', 'jobs'),
    spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
    status: { active: 1, ready: 0, uncountedTerminatedPods: {}, startTime: '2025-01-01T00:00:00Z' },
  },
  cronjobs: {
    path: namespaced('batch/v1', 'cronjobs'),
    spec: {
      schedule: '@daily',
      jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
    },
    status: { lastScheduleTime: '2025-01-01T00:00:00Z' },
  },
  horizontalpodautoscalers: {
    path: namespaced('autoscaling/v2', 'horizontalpodautoscalers'),
    spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'a' } },
    status: { currentReplicas: 1, desiredReplicas: 1 },
  },
  poddisruptionbudgets: {
    path: namespaced('policy/v1', 'poddisruptionbudgets'),
    spec: { minAvailable: 1 },
    status: { currentHealthy: 0, desiredHealthy: 1, disruptionsAllowed: 0, expectedPods: 0 },
  },
  ingresses: {
    path: namespaced('networking.k8s.io/v1', 'ingresses'),
    spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  },
  servicecidrs: { path: '/apis/networking.k8s.io/v1/servicecidrs', spec: { cidrs: ['10.99.0.0/24'] }, status: {} },
  resourceclaims: {
    path: namespaced('resource.k8s.io/v1', 'resourceclaims'),
    spec: { devices: { requests: [{ name: 'a', exactly: { deviceClassName: 'gpu' } }] } },
    status: {},
  },
  volumeattachments: {
    path: '/apis/storage.k8s.io/v1/volumeattachments',
    spec: { attacher: 'a.io', nodeName: 'a', source: { persistentVolumeName: 'a' } },
    status: { attached: true },
  },
  validatingadmissionpolicies: {
    path: '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['x'] }],
      },
      validations: [{ expression: 'true' }],
    },
    status: { observedGeneration: 1 },
  },
  prioritylevelconfigurations: {
    path: '/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations',
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    status: {
      conditions: [
        { type: 'X', status: 'True', reason: 'A', message: 'b', lastTransitionTime: '2025-01-01T00:00:00Z' },
      ],
    },
  },
}

const before = { labels: { before: 'a' }, annotations: { before: 'a' }, finalizers: ['a.io/before'] }
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: '1' }
const after = {
  labels: { after: 'a' },
  annotations: { after: 'a' },
  finalizers: ['a.io/after'],
  ownerReferences: [owner],
}
const MERGE = { 'content-type': 'application/merge-patch+json' }

export const statusWriteCases: readonly Case[] = [
  ...Object.entries(KINDS).map(([plural, kind]) => statusCase(plural, kind)),
  ...customCases(),
]

function statusCase(plural: string, { path, spec, status }: Kind): Case {
  const name = 'status-write'
  const url = `${path}/${name}`
  const put = (more: object): Call => ({
    method: 'PUT',
    path: `${url}/status?dryRun=All`,
    body: { metadata: { name, ...more }, spec, status },
  })
  return {
    name: `status-writes/${plural}`,
    calls: [
      { method: 'POST', path, body: { metadata: { name, ...before }, spec } },
      {
        method: 'PATCH',
        path: `${url}/status?dryRun=All`,
        headers: MERGE,
        body: { status, metadata: { labels: { more: 'a' } } },
      },
      put(after),
      put({}),
      put({ ...before, finalizers: ['bad'] }),
      put({ ...before, labels: { 'a/b/c': 'd' } }),
      put({ ...before, uid: '7' }),
      put({ ...before, deletionTimestamp: '2025-01-01T00:00:00Z', deletionGracePeriodSeconds: 7 }),
      put({ ...before, generateName: 'x-', resourceVersion: '0' }),
      { method: 'PATCH', path: url, headers: MERGE, body: { metadata: { finalizers: null } } },
      { method: 'DELETE', path: `${url}?gracePeriodSeconds=0` },
    ],
  }
}

function customCases(): Case[] {
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const path = `/apis/status.dev/v1/namespaces/${NAMESPACE}/things`
  const schema = {
    openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  }
  const definition = {
    metadata: { name: 'things.status.dev' },
    spec: {
      group: 'status.dev',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
    },
  }
  const head = { apiVersion: 'status.dev/v1', kind: 'Thing' }
  const put = (metadata: object): Call => ({
    method: 'PUT',
    path: `${path}/a/status?dryRun=All`,
    body: { ...head, metadata: { name: 'a', ...metadata }, spec: { a: 2 }, other: 1, status: { b: 1 } },
  })
  const calls: Call[] = [
    { method: 'POST', path: definitions, body: definition },
    { method: 'GET', path, until: '"kind":"ThingList"' },
    { method: 'POST', path, body: { ...head, metadata: { name: 'a', ...before }, spec: { a: 1 } } },
    put({ ...after, resourceVersion: '0' }),
    put({ ...after }),
    { method: 'GET', path: `${path}/a` },
    {
      method: 'PUT',
      path: `${path}/a/status`,
      body: { ...head, metadata: { name: 'a', ...after, resourceVersion: READ }, status: { b: 1 } },
    },
    {
      method: 'PATCH',
      path: `${path}/a/status`,
      headers: MERGE,
      body: { metadata: { labels: { c: 'd' }, finalizers: null }, spec: { a: 3 }, status: { b: 2 } },
    },
    {
      method: 'PATCH',
      path: `${path}/a/status?fieldManager=me&force=true`,
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: { ...head, metadata: { name: 'a', labels: { e: 'f' } }, status: { b: 3 } },
    },
    { method: 'PATCH', path: `${path}/a`, headers: MERGE, body: { metadata: { finalizers: null } } },
    { method: 'DELETE', path: `${path}/a` },
    {
      method: 'PATCH',
      path: `${definitions}/things.status.dev/status?dryRun=All`,
      headers: MERGE,
      body: { metadata: { labels: { a: 'b' } } },
    },
    { method: 'DELETE', path: `${definitions}/things.status.dev` },
  ]
  return [{ name: 'status-writes/custom objects', calls }]
}
