/** Objects for tests, with only what a test cares for spelled out. */
import type { k8s } from '../../api/index.ts'

export function deploymentOf(options: {
  replicas: number
  maxSurge?: number | string
  maxUnavailable?: number | string
  strategy?: 'RollingUpdate' | 'Recreate'
  image?: string
  annotations?: Record<string, string>
  status?: k8s.DeploymentStatus
  spec?: Partial<k8s.DeploymentSpec>
}): k8s.Deployment {
  const { replicas, maxSurge = '25%', maxUnavailable = '25%', strategy = 'RollingUpdate', image = 'web:2' } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'deployment',
      generation: 1,
      ...(options.annotations && { annotations: options.annotations }),
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      strategy:
        strategy === 'Recreate' ? { type: strategy } : { type: strategy, rollingUpdate: { maxSurge, maxUnavailable } },
      template: templateOf(image),
      ...options.spec,
    },
    ...(options.status && { status: options.status }),
  }
}

export function templateOf(image: string): k8s.PodTemplateSpec {
  const metadata = { labels: { app: 'web' } } as unknown as k8s.ObjectMeta
  return { metadata, spec: { containers: [{ name: 'web', image }] } }
}

export function replicaSetOf(options: {
  name: string
  replicas: number
  available?: number
  image?: string
  /** Seconds after the first of 2026: older ones come first. */
  created?: number
  annotations?: Record<string, string>
  status?: Partial<k8s.ReplicaSetStatus>
}): k8s.ReplicaSet {
  const { name, replicas, available = replicas, image = 'web:1', created = 0, annotations } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      generation: 1,
      creationTimestamp: new Date(Date.UTC(2026, 0, 1) + created * 1000).toISOString(),
      ...(annotations && { annotations }),
    },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: templateOf(image) },
    status: {
      replicas,
      readyReplicas: available,
      availableReplicas: available,
      observedGeneration: 1,
      ...options.status,
    },
  }
}

export function podOf(options: {
  name: string
  node?: string
  phase?: string
  isReady?: boolean
  readySince?: string
  created?: string
  restarts?: number
  ip?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  isDeleting?: boolean
  spec?: Partial<k8s.PodSpec>
}): k8s.Pod {
  const { name, node = 'node-1', phase = 'Running', isReady = true, restarts = 0 } = options
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: options.created ?? '2026-01-01T00:00:00Z',
      labels: options.labels ?? { app: 'web' },
      ...(options.annotations && { annotations: options.annotations }),
      ...(options.isDeleting && { deletionTimestamp: '2026-01-02T00:00:00Z' }),
    },
    spec: { containers: [{ name: 'web', image: 'web:1' }], ...(node && { nodeName: node }), ...options.spec },
    status: {
      phase,
      ...(options.ip && { podIP: options.ip, podIPs: [{ ip: options.ip }] }),
      conditions: [
        {
          type: 'Ready',
          status: isReady ? 'True' : 'False',
          lastTransitionTime: options.readySince ?? '2026-01-01T00:00:10Z',
        },
      ],
      containerStatuses: [{ name: 'web', image: 'web:1', imageID: '', ready: isReady, restartCount: restarts }],
    },
  }
}
