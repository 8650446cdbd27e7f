/** Ports that stand in each other's way. */
import type { ContainerPort, PodSpec } from '../../../generated/types.ts'
import { everyContainer } from '../every-container.ts'

interface PlacedPort {
  port: ContainerPort
  path: string
}

export function portWarnings(spec: PodSpec, path: string): string[] {
  const ports = everyContainer(spec, path).flatMap(({ container, path: at }) =>
    (container.ports ?? []).map((port, index) => ({ port, path: `${at}.ports[${index}]` })),
  )
  return [...ports.flatMap((placed, index) => overlaps(placed, ports.slice(0, index))), ...repeatedNames(ports)]
}

function overlaps({ port, path }: PlacedPort, before: readonly PlacedPort[]): string[] {
  const { containerPort, protocol, hostIP = '', hostPort = 0 } = port
  const warnings: string[] = []
  if (hostIP !== '' && hostPort === 0) warnings.push(`${path}: hostIP set without hostPort: ${printed(port)}`)
  for (const other of before) {
    if (other.port.containerPort !== containerPort || other.port.protocol !== protocol) continue
    const { hostIP: otherIp = '', hostPort: otherPort = 0 } = other.port
    if (hostIP === otherIp && hostPort === otherPort)
      warnings.push(`${path}: duplicate port definition with ${other.path}`)
    else if (hostPort === 0 || otherPort === 0) warnings.push(`${path}: overlapping port definition with ${other.path}`)
    else if (hostPort === otherPort && (hostIP === '' || otherIp === ''))
      warnings.push(`${path}: dangerously ambiguous port definition with ${other.path}`)
  }
  return warnings
}

/** As Go prints the struct. */
const printed = ({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`

function repeatedNames(ports: readonly PlacedPort[]): string[] {
  const first = new Map<string, string>()
  return ports.flatMap(({ port: { name = '' }, path }) => {
    if (name === '') return []
    const other = first.get(name)
    if (other !== undefined)
      return [
        `${path}: duplicate port name "${name}" with ${other}, services and probes that select ports by name will use ${other}`,
      ]
    first.set(name, path)
    return []
  })
}
