/** A pod of a release: safe by default, drained before it ends, not told about the rest of the cluster. */
import { type AppProcess, type AppSidecar, type k8s, type Release, WEB_PROCESS } from '../../api/index.ts'
import { labelsOf } from './owned.ts'
import { portOf } from './process.ts'

export const CONTAINER_NAME = 'app'
export const PORT_NAME = 'http'
/** Between a pod's leaving the service and its SIGTERM, so that the gateway has turned away by then. */
const DRAIN_SECONDS = 2
/** What has to be healthy before others may take so long for it. */
const HEALTHY_SECONDS = 300
const FIRST_UNPRIVILEGED_PORT = 1024
const CONFINED: k8s.SecurityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

export function podTemplate(release: Release, process: AppProcess): k8s.PodTemplateSpec {
  const isWeb = process.name === WEB_PROCESS
  const container = {
    ...containerOf(release, process),
    ...(isWeb ? webParts(release, process) : {}),
    ...(process.readinessProbe && { readinessProbe: process.readinessProbe }),
    ...(process.livenessProbe && { livenessProbe: process.livenessProbe }),
    ...(process.startupProbe && { startupProbe: process.startupProbe }),
  }
  const { sidecars = [] } = process
  const beside = sidecars.filter(({ before }) => before === undefined).map(sidecarOf)
  const first = sidecars.filter(({ before }) => before !== undefined).map(firstOf)
  const template = podOf(release, process, [container, ...beside])
  // The server keeps no empty list.
  return first.length === 0
    ? template
    : { ...template, spec: { ...template.spec, initContainers: first } as k8s.PodSpec }
}

/** A pod that does its work and ends: of a release step, of a scheduled process. */
export function taskTemplate(release: Release, process: AppProcess): k8s.PodTemplateSpec {
  const template = podOf(release, process, [containerOf(release, process)])
  return { ...template, spec: { ...template.spec, restartPolicy: 'Never' } as k8s.PodSpec }
}

function podOf(release: Release, { name, volumes }: AppProcess, containers: k8s.Container[]): k8s.PodTemplateSpec {
  return {
    metadata: { labels: labelsOf(release, name) } as k8s.ObjectMeta,
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // The app is not process 1 then, so SIGTERM ends it even if it has no handler, and its orphans are reaped.
      shareProcessNamespace: true,
      containers,
      ...(volumes && { volumes }),
    },
  }
}

function containerOf(
  { spec }: Release,
  { command, args, resources, volumeMounts, env = [] }: AppProcess,
): k8s.Container {
  const own = new Set(env.map(({ name }) => name))
  const all = [...(spec.env ?? []).filter(({ name }) => !own.has(name)), ...env]
  return {
    name: CONTAINER_NAME,
    image: spec.image,
    imagePullPolicy: 'IfNotPresent',
    ...(command && { command }),
    ...(args && { args }),
    ...(resources && { resources }),
    ...(spec.configuration && { envFrom: [{ secretRef: { name: spec.configuration } }] }),
    // The server keeps no empty list: one would be written again and again.
    ...(all.length > 0 && { env: all }),
    ...(volumeMounts && { volumeMounts }),
    securityContext: CONFINED,
  }
}

function sidecarOf(sidecar: AppSidecar): k8s.Container {
  const { before: _, ...container } = sidecar
  return { ...container, imagePullPolicy: 'IfNotPresent', securityContext: CONFINED }
}

/** One that goes on is waited for by its startup probe. Source: Kubernetes, sidecar containers. */
const firstOf = (sidecar: AppSidecar): k8s.Container => ({
  ...sidecarOf(sidecar),
  ...(sidecar.before !== 'complete' && { restartPolicy: 'Always' }),
  ...(sidecar.before === 'healthy' && {
    startupProbe: { periodSeconds: 1, failureThreshold: HEALTHY_SECONDS, ...sidecar.readinessProbe },
  }),
})

/** What answers requests is told its port, is asked whether it does, and leaves without dropping any. */
function webParts(release: Release, process: AppProcess): Partial<k8s.Container> {
  const port = portOf(release.spec)
  const { env = [] } = containerOf(release, process)
  // Whoever chose a low port must be able to bind it.
  const add = port < FIRST_UNPRIVILEGED_PORT ? { add: ['NET_BIND_SERVICE'] } : {}
  return {
    env: [{ name: 'PORT', value: String(port) }, ...env.filter(({ name }) => name !== 'PORT')],
    ports: [{ name: PORT_NAME, containerPort: port, protocol: 'TCP' }],
    readinessProbe: { tcpSocket: { port: PORT_NAME }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3 },
    lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], ...add } },
  }
}
