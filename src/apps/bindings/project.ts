/** Gives Resources to the pods of an app: as environment variables, and as the Service Binding specification projects
 *  them, a folder of files each. Source: Service Binding Specification for Kubernetes 1.0, Workload Projection. */
import type { k8s } from '../../api/index.ts'
import { CONTAINER_NAME } from '../objects/pod-template.ts'
import type { BoundResource } from './bound.ts'

const ROOT_VARIABLE = 'SERVICE_BINDING_ROOT'
const ROOT = '/bindings'
/** Of the user that images of apps and servers have, so that they may write to their volumes. */
const APP_GROUP = 65_532

/** What the template says itself goes before what a Resource gives; of two Resources the first does. */
export function withBindings(template: k8s.PodTemplateSpec, bound: readonly BoundResource[]): k8s.PodTemplateSpec {
  const { spec } = template
  if (bound.length === 0 || spec === undefined) return template
  const needsGroup = bound.some(({ volume }) => volume !== undefined)
  return {
    ...template,
    spec: {
      ...spec,
      ...(needsGroup && {
        securityContext: { fsGroup: APP_GROUP, fsGroupChangePolicy: 'OnRootMismatch', ...spec.securityContext },
      }),
      containers: spec.containers.map((container) =>
        container.name === CONTAINER_NAME ? withParts(container, bound) : container,
      ),
      volumes: [...(spec.volumes ?? []), ...bound.flatMap(volumesOf)],
    },
  }
}

function withParts(container: k8s.Container, bound: readonly BoundResource[]): k8s.Container {
  const env = [...(container.env ?? [])]
  const given = [{ name: ROOT_VARIABLE, value: ROOT }, ...bound.flatMap(variablesOf)]
  for (const variable of given) if (!env.some(({ name }) => name === variable.name)) env.push(variable)
  return { ...container, env, volumeMounts: [...(container.volumeMounts ?? []), ...bound.flatMap(mountsOf)] }
}

const variablesOf = ({ secret, variables }: BoundResource): k8s.EnvVar[] =>
  variables.map(({ name, key }) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } }))

const filesName = ({ name }: BoundResource): string => `binding-${name}`
const volumeName = ({ name }: BoundResource): string => `volume-${name}`

function volumesOf(resource: BoundResource): k8s.Volume[] {
  const { secret, volume } = resource
  const files = { name: filesName(resource), secret: { secretName: secret } }
  if (volume === undefined) return [files]
  return [files, { name: volumeName(resource), persistentVolumeClaim: { claimName: volume.claimName } }]
}

function mountsOf(resource: BoundResource): k8s.VolumeMount[] {
  const { name, volume } = resource
  const files = { name: filesName(resource), mountPath: `${ROOT}/${name}`, readOnly: true }
  return volume === undefined ? [files] : [files, { name: volumeName(resource), mountPath: volume.mountPath }]
}
