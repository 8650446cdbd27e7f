/** The Deployment of an App: safe by default, replaced without a gap, not told about the rest of the cluster. */
import { APP_LABEL, apiVersionOf, type App, apps, DEFAULT_APP_PORT, type k8s, resources } from '../api/index.ts'

export const CONTAINER_NAME = 'app'
export const PORT_NAME = 'http'
/** Between a pod's leaving the service and its SIGTERM, so that the gateway has turned away by then. */
const DRAIN_SECONDS = 2
const FIRST_UNPRIVILEGED_PORT = 1024

/** The port the app listens on: `spec.port`, else a number given to it as PORT, else 8080. */
export function portOf(app: App): number {
  const given = app.spec.env?.find(({ name }) => name === 'PORT')?.value ?? ''
  return app.spec.port ?? (/^\d{1,5}$/.test(given) ? Number(given) : DEFAULT_APP_PORT)
}

/** What every object made for the app carries. */
export function ownedMetadata(app: App): Pick<k8s.ObjectMeta, 'labels' | 'ownerReferences'> & k8s.ObjectMeta {
  const { name, namespace, uid } = app.metadata
  return {
    name,
    namespace,
    labels: { [APP_LABEL]: name, 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'naru' },
    ownerReferences: [
      {
        apiVersion: apiVersionOf(apps),
        kind: apps.kind,
        name,
        uid: uid ?? '',
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  }
}

export function desiredDeployment(app: App): k8s.Deployment {
  const metadata = ownedMetadata(app)
  return {
    apiVersion: apiVersionOf(resources.deployments),
    kind: resources.deployments.kind,
    metadata,
    spec: {
      replicas: app.spec.replicas ?? 1,
      selector: { matchLabels: { [APP_LABEL]: app.metadata.name } },
      // No running pod goes before its successor answers.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        metadata: { labels: metadata.labels } as k8s.ObjectMeta,
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          // The app is not process 1 then, so SIGTERM ends it even if it has no handler, and its orphans are reaped.
          shareProcessNamespace: true,
          containers: [desiredContainer(app)],
        },
      },
    },
  }
}

function desiredContainer(app: App): k8s.Container {
  const { image, command, args, resources: limits, env = [] } = app.spec
  const port = portOf(app)
  // Whoever chose a low port must be able to bind it.
  const add = port < FIRST_UNPRIVILEGED_PORT ? { add: ['NET_BIND_SERVICE'] } : {}
  return {
    name: CONTAINER_NAME,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(command && { command }),
    ...(args && { args }),
    ...(limits && { resources: limits }),
    env: [{ name: 'PORT', value: String(port) }, ...env.filter(({ name }) => name !== 'PORT')],
    ports: [{ name: PORT_NAME, containerPort: port, protocol: 'TCP' }],
    readinessProbe: { tcpSocket: { port: PORT_NAME }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3 },
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], ...add } },
  }
}
