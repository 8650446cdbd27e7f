/** The environment variables by which containers find Services. Pure. Source: Kubernetes v1.34, pkg/kubelet/envvars,
 *  pkg/kubelet/kubelet_pods.go (getServiceEnvVarMap). */
import type { k8s } from '../../api/index.ts'

const variableName = (name: string) => name.replaceAll('-', '_').toUpperCase()
const hostPort = (ip: string, port: number) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

/** Of every Service of the namespace with an address; of `kubernetes` in `default` also where links are not wished for. */
export function serviceEnv(services: readonly k8s.Service[], { metadata, spec }: k8s.Pod): Record<string, string> {
  const links = spec.enableServiceLinks ?? true
  const chosen = new Map<string, k8s.Service>()
  for (const service of services) {
    const { name, namespace } = service.metadata
    const ip = service.spec?.clusterIP
    if (!ip || ip === 'None') continue
    if (namespace === 'default' && name === 'kubernetes') {
      if (!chosen.has(name)) chosen.set(name, service)
    } else if (links && namespace === (metadata.namespace ?? 'default')) chosen.set(name, service)
  }
  return Object.assign({}, ...[...chosen.values()].map(variablesOf)) as Record<string, string>
}

function variablesOf({ metadata, spec }: k8s.Service): Record<string, string> {
  const prefix = variableName(metadata.name)
  const ip = spec?.clusterIP ?? ''
  const [first, ...others] = spec?.ports ?? []
  if (first === undefined) return { [`${prefix}_SERVICE_HOST`]: ip }
  const variables: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: ip,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
  }
  for (const { name, port } of [first, ...others])
    if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port)
  const url = ({ port, protocol = 'TCP' }: k8s.ServicePort) => `${protocol.toLowerCase()}://${hostPort(ip, port)}`
  variables[`${prefix}_PORT`] = url(first)
  for (const entry of [first, ...others]) {
    const { port, protocol = 'TCP' } = entry
    const of = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`
    variables[of] = url(entry)
    variables[`${of}_PROTO`] = protocol.toLowerCase()
    variables[`${of}_PORT`] = String(port)
    variables[`${of}_ADDR`] = ip
  }
  return variables
}
