import * as fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { apps } from '../app-types.ts'
import { decodeObject } from '../decode/index.ts'
import { httproutes } from '../gateway-types.ts'
import {
  cronjobs,
  daemonsets,
  deployments,
  horizontalpodautoscalers,
  jobs,
  pods,
  secrets,
  services,
  statefulsets,
} from '../generated/resources.ts'
import { allResources } from '../registry.ts'
import type { Resource } from '../resource.ts'
import { applyDefaults } from './index.ts'
import { isLatest } from './pod.ts'

function defaulted(resource: Resource, value: object): unknown {
  const { object } = decodeObject(resource, value)
  applyDefaults(resource, object)
  return object
}

const template = { spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const TEMPLATE_DEFAULTS = {
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  containers: [
    {
      name: 'c',
      image: 'nginx',
      imagePullPolicy: 'Always',
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
  ],
}

describe('what kubectl get -o yaml shows of what was not said', () => {
  it('of a deployment', () => {
    expect(defaulted(deployments, { spec: { template } })).toMatchObject({
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { metadata: {}, spec: TEMPLATE_DEFAULTS },
      },
      status: {},
    })
  })

  it('of a pod, which gets more than a template', () => {
    const pod = defaulted(pods, {
      spec: {
        containers: [
          {
            name: 'c',
            image: 'a:1',
            resources: { limits: { cpu: '1', memory: '0.0005' } },
            livenessProbe: { httpGet: { port: 80 } },
          },
        ],
        volumes: [
          { name: 'none' },
          { name: 's', secret: { secretName: 's' } },
          { name: 't', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        ],
        serviceAccountName: 'me',
      },
    })
    expect(pod).toMatchObject({
      spec: {
        enableServiceLinks: true,
        serviceAccount: 'me',
        volumes: [
          { emptyDir: {} },
          { secret: { defaultMode: 420 } },
          { projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3600 } }] } },
        ],
        containers: [
          {
            imagePullPolicy: 'IfNotPresent',
            resources: { limits: { memory: '1m' }, requests: { cpu: '1', memory: '1m' } },
            livenessProbe: {
              failureThreshold: 3,
              periodSeconds: 10,
              successThreshold: 1,
              timeoutSeconds: 1,
              httpGet: { path: '/', scheme: 'HTTP' },
            },
          },
        ],
      },
    })
  })

  test.each([
    [
      services,
      { spec: { ports: [{ port: 80 }] } },
      {
        spec: {
          type: 'ClusterIP',
          sessionAffinity: 'None',
          internalTrafficPolicy: 'Cluster',
          ports: [{ protocol: 'TCP', targetPort: 80 }],
        },
        status: { loadBalancer: {} },
      },
    ],
    [services, { spec: { type: 'NodePort' } }, { spec: { externalTrafficPolicy: 'Cluster' } }],
    [
      statefulsets,
      { spec: { template } },
      {
        spec: {
          podManagementPolicy: 'OrderedReady',
          updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
          template: { spec: TEMPLATE_DEFAULTS },
        },
      },
    ],
    [
      daemonsets,
      { spec: { template } },
      { spec: { updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, revisionHistoryLimit: 10 } },
    ],
    [
      jobs,
      { spec: { template } },
      { spec: { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false } },
    ],
    [jobs, { spec: { parallelism: 3, template } }, { spec: { parallelism: 3 } }],
    [
      cronjobs,
      { spec: { jobTemplate: { spec: { template } } } },
      {
        spec: {
          concurrencyPolicy: 'Allow',
          failedJobsHistoryLimit: 1,
          successfulJobsHistoryLimit: 3,
          jobTemplate: { spec: { template: { spec: TEMPLATE_DEFAULTS } } },
        },
      },
    ],
    [
      horizontalpodautoscalers,
      { spec: { maxReplicas: 3 } },
      { spec: { minReplicas: 1, metrics: [{ resource: { target: { averageUtilization: 80 } } }] } },
    ],
    [
      secrets,
      { data: { a: 'b2xk', b: 'Yg==' }, stringData: { a: 'new' } },
      { type: 'Opaque', data: { a: 'bmV3', b: 'Yg==' } },
    ],
    [
      httproutes,
      { spec: { parentRefs: [{ name: 'g' }], rules: [{ backendRefs: [{ name: 's', port: 80 }] }] } },
      {
        spec: {
          parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway' }],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: [{ group: '', kind: 'Service', weight: 1 }],
            },
          ],
        },
      },
    ],
  ] as [Resource, object, object][])('of another kind (%#)', (resource, value, expected) => {
    expect(defaulted(resource, value)).toMatchObject(expected)
  })

  it('of an App: nothing, so that what was left out stays the business of others', () => {
    expect(defaulted(apps, { spec: { image: 'x' } })).toEqual({
      apiVersion: 'apps.naru.dev/v1',
      kind: 'App',
      metadata: {},
      spec: { image: 'x' },
    })
  })

  it('leaves no completions where only parallelism was given, and no stringData', () => {
    expect(defaulted(jobs, { spec: { parallelism: 3, template } })).not.toHaveProperty('spec.completions')
    expect(defaulted(secrets, { stringData: { a: 'x' } })).not.toHaveProperty('stringData')
  })
})

test.each([
  ['nginx', true],
  ['nginx:latest', true],
  ['nginx:1', false],
  ['localhost:5000/nginx', true],
  ['localhost:5000/nginx:1', false],
  [`nginx@sha256:${'ab'.repeat(32)}`, false],
  [`nginx:latest@sha256:${'ab'.repeat(32)}`, true],
  ['', false],
  ['a'.repeat(300), false],
])('%j is the latest tag: %s', (image, latest) => expect(isLatest(image)).toBe(latest))

it('changes nothing the second time, whatever the kind', () => {
  const spec = fc.oneof(
    fc.constant({ template }),
    fc.constant({}),
    fc.constant({ jobTemplate: { spec: { template } } }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...allResources), spec, (resource, value) => {
      let object: unknown
      try {
        object = defaulted(resource, { spec: value })
      } catch {
        return fc.pre(false)
      }
      const again = structuredClone(object)
      applyDefaults(resource, again as Parameters<typeof applyDefaults>[1])
      expect(again).toEqual(object)
    }),
  )
})

describe('addresses of a pod', () => {
  it.each([
    [{ podIP: '10.0.0.1' }, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }],
    [{ podIPs: [{ ip: '10.0.0.1' }] }, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }],
    [
      { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.2' }, { ip: 'fd00::2' }] },
      { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] },
    ],
  ])('of %j agree', (status, expected) => {
    expect(defaulted(pods, { spec: { containers: [] }, status })).toMatchObject({ status: expected })
  })
})
