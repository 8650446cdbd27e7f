/** Objects to be there, so that updates, patches and deletions meet something. Names are those that requests draw. */
import { apiVersionOf, isApiError, type KubeObject, type Resource, resources } from '../../src/api/index.ts'
import type { Client } from '../../src/client/index.ts'

const container = { name: 'a', image: 'a' }
const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container] } }
const workload = { selector: { matchLabels: { a: 'b' } }, template }
const webhook = {
  name: 'a.b.c',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], resources: ['a'], operations: ['*'] }],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}
const widgets = {
  group: 'fuzz.example.com',
  scope: 'Namespaced',
  names: { plural: 'widgets', kind: 'Widget' },
  versions: [
    {
      name: 'v1',
      served: true,
      storage: true,
      subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: {
            spec: {
              type: 'object',
              properties: {
                n: { type: 'integer', maximum: 10, default: 1 },
                s: { type: 'string', pattern: '^[a-z]*$', format: 'date-time' },
                list: {
                  type: 'array',
                  'x-kubernetes-list-type': 'map',
                  'x-kubernetes-list-map-keys': ['k'],
                  items: { type: 'object', required: ['k'], properties: { k: { type: 'string' } } },
                },
                free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              },
              'x-kubernetes-validations': [{ rule: '!has(self.n) || self.n != 7' }],
            },
            status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      },
    },
  ],
}

const SEEDS: readonly (readonly [Resource, Record<string, unknown>])[] = [
  [resources.configmaps, { data: { a: 'b' } }],
  [resources.secrets, { data: { a: 'YQ==' } }],
  [resources.services, { spec: { ports: [{ port: 80 }] } }],
  [resources.pods, { spec: { containers: [container] } }],
  [resources.deployments, { spec: workload }],
  [resources.replicasets, { spec: workload }],
  [resources.daemonsets, { spec: workload }],
  [resources.statefulsets, { spec: { ...workload, serviceName: 'a' } }],
  [resources.jobs, { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }],
  [resources.ingresses, { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } }],
  [resources.networkpolicies, { spec: { podSelector: {} } }],
  [resources.clusterroles, { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] }],
  [resources.nodes, {}],
  [resources.validatingwebhookconfigurations, { webhooks: [webhook] }],
  [resources.mutatingwebhookconfigurations, { webhooks: [webhook] }],
  [resources.resourcequotas, { spec: { hard: { 'count/widgets.fuzz.example.com': '1000000' } } }],
]

export const customKind: Resource = {
  group: 'fuzz.example.com',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  singular: 'widget',
  namespaced: true,
  shortNames: [],
  categories: [],
  verbs: [],
  subresources: ['status', 'scale'].map((name) => ({ name, group: '', version: 'v1', kind: '', verbs: [] })),
}

export async function plantSeeds(client: Client): Promise<void> {
  for (const [resource, content] of SEEDS) {
    const metadata = { name: 'a', ...(resource.namespaced && { namespace: 'default' }) }
    await client.create(resource, {
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      metadata,
      ...content,
    })
  }
  await client.create(resources.customresourcedefinitions, {
    metadata: { name: 'widgets.fuzz.example.com' },
    spec: widgets,
  })
  await created(client)
}

/** The kind is served soon after its definition is there. */
async function created(client: Client): Promise<void> {
  for (;;)
    try {
      await client.create(customKind, { metadata: { name: 'a', namespace: 'default' }, spec: { n: 1 } } as KubeObject)
      return
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      await new Promise((resolve) => setImmediate(resolve))
    }
}
