/** A container's environment from its spec. Order and precedence are Kubernetes': envFrom first, then env, later names
 *  win, each value may use the names before it. Source: v1.34, pkg/kubelet/kubelet_pods.go. */
import type { k8s } from '../../api/index.ts'
import { KubeletError } from '../errors.ts'
import { expand } from './expand.ts'
import { type NodeFacts, podField, resourceField } from './fields.ts'

/** The ConfigMaps and Secrets of the pod's namespace; undefined where there is none of that name. */
export interface ConfigSource {
  configMap(name: string): Promise<k8s.ConfigMap | undefined>
  secret(name: string): Promise<k8s.Secret | undefined>
}

export interface EnvOptions {
  pod: k8s.Pod
  container: k8s.Container
  config: ConfigSource
  node: NodeFacts
  podIPs: readonly string[]
  /** What every container gets first, such as KUBERNETES_SERVICE_HOST. */
  base: Readonly<Record<string, string>>
}

const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8')
const missing = (message: string) => new KubeletError('CreateContainerConfigError', message)

/** Throws KubeletError `CreateContainerConfigError` where something required is not there. */
export async function containerEnv(options: EnvOptions): Promise<Map<string, string>> {
  const { container } = options
  const values = new Map(Object.entries(options.base))
  for (const from of container.envFrom ?? [])
    for (const [name, value] of await valuesFrom(from, options)) values.set(`${from.prefix ?? ''}${name}`, value)
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom == null
        ? expand(variable.value ?? '', values)
        : await valueOf(variable.valueFrom, options, variable.name)
    if (value !== undefined) values.set(variable.name, value)
  }
  return values
}

async function valuesFrom(from: k8s.EnvFromSource, { config }: EnvOptions): Promise<[string, string][]> {
  if (from.configMapRef) {
    const name = from.configMapRef.name ?? ''
    const object = await config.configMap(name)
    if (object === undefined && !from.configMapRef.optional) throw missing(`configmap "${name}" not found`)
    return Object.entries(object?.data ?? {})
  }
  if (from.secretRef) {
    const name = from.secretRef.name ?? ''
    const object = await config.secret(name)
    if (object === undefined && !from.secretRef.optional) throw missing(`secret "${name}" not found`)
    return Object.entries(object?.data ?? {}).map(([key, value]) => [key, decode(value)])
  }
  return []
}

async function valueOf(source: k8s.EnvVarSource, options: EnvOptions, variable: string): Promise<string | undefined> {
  const { pod, config, node, podIPs } = options
  const where = pod.metadata.namespace ?? 'default'
  if (source.configMapKeyRef) {
    const { name = '', key, optional } = source.configMapKeyRef
    const object = await config.configMap(name)
    const value = object?.data?.[key]
    if (value === undefined && !optional)
      throw missing(
        object === undefined
          ? `configmap "${name}" not found`
          : `couldn't find key ${key} in ConfigMap ${where}/${name}`,
      )
    return value
  }
  if (source.secretKeyRef) {
    const { name = '', key, optional } = source.secretKeyRef
    const object = await config.secret(name)
    const value = object?.data?.[key]
    if (value === undefined && !optional)
      throw missing(
        object === undefined ? `secret "${name}" not found` : `couldn't find key ${key} in Secret ${where}/${name}`,
      )
    return value === undefined ? undefined : decode(value)
  }
  if (source.fieldRef) {
    const value = podField(pod, source.fieldRef.fieldPath, node, podIPs)
    if (value === undefined) throw missing(`unsupported fieldPath: ${source.fieldRef.fieldPath}`)
    return value
  }
  if (source.resourceFieldRef) {
    const { containerName } = source.resourceFieldRef
    const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
    const subject = containerName === undefined ? options.container : all.find(({ name }) => name === containerName)
    if (subject === undefined) throw missing(`container ${containerName} not found`)
    return resourceField(subject, source.resourceFieldRef, node)
  }
  throw missing(`environment variable ${variable} has a source this kubelet does not know`)
}
