/** The ports of a workload: the one that answers requests, and those of the app's Service. */
import type { AppServicePort } from '../../api/index.ts'
import type { RenderContext } from './context.ts'

export interface RenderedService {
  /** The port `web` listens on; undefined when nobody is to be answered. */
  port: number | undefined
  servicePorts: AppServicePort[]
  /** By which a route may mean the port that answers. */
  answering: ReadonlySet<number>
}

/** What the gateway's port of the Service is. */
const GATEWAY_PORT = { name: 'http', port: 80 }

export function renderService(context: RenderContext): RenderedService {
  const ports = Object.entries(context.workload.service?.ports ?? {}).map(([name, port]) => ({ name, ...port }))
  const tcp = ports.filter(({ protocol }) => protocol !== 'UDP')
  const main = tcp.find(({ port }) => port === GATEWAY_PORT.port) ?? tcp[0]
  if (main === undefined) {
    if (ports.length > 0)
      context.complain(['service', 'ports'], 'must have one of TCP: what has a URL is asked by HTTP')
    return { port: undefined, servicePorts: [], answering: new Set() }
  }
  const taken = new Set<string>()
  for (const { name, port, protocol = 'TCP' } of ports) {
    const id = `${port}/${protocol}`
    if (taken.has(id)) context.complain(['service', 'ports', name, 'port'], 'is that of another port, too')
    taken.add(id)
  }
  const others = ports.filter((port) => port !== main || port.port !== GATEWAY_PORT.port)
  const servicePorts = others.map(({ name, port, targetPort, protocol }) => ({
    // The gateway's port has that name.
    name: name === GATEWAY_PORT.name ? `${name}-${port}` : name,
    port,
    ...(targetPort !== undefined && targetPort !== port && { targetPort }),
    ...(protocol === 'UDP' && { protocol }),
  }))
  const port = main.targetPort ?? main.port
  return { port, servicePorts, answering: new Set([main.port, port]) }
}
