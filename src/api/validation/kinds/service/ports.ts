/** The ports of Services. Source: kubernetes v1.34, pkg/apis/core/validation (validateServicePort). */
import { dnsLabelProblems, portNumberProblems, qualifiedNameProblems } from '../../../formats/index.ts'
import type { ServicePort } from '../../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, notSupported, required } from '../../field-error.ts'
import { PROTOCOLS } from '../../pod/containers.ts'
import { validatePort } from '../../pod/probes.ts'

const PORTS = 'spec.ports'

export function validatePorts(ports: readonly Partial<ServicePort>[]): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, port = 0, protocol = '', targetPort, appProtocol }, index) => {
    const at = `${PORTS}[${index}]`
    const errors: FieldError[] = []
    if (name) {
      errors.push(...invalidFormat(`${at}.name`, name, dnsLabelProblems(name)))
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
      names.add(name)
    } else if (ports.length > 1) errors.push(required(`${at}.name`))
    errors.push(...invalidFormat(`${at}.port`, port, portNumberProblems(port)))
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    errors.push(...validatePort(targetPort, `${at}.targetPort`))
    if (appProtocol !== undefined)
      errors.push(...invalidFormat(`${at}.appProtocol`, appProtocol, qualifiedNameProblems(appProtocol)))
    return errors
  })
}

/** Node ports, then ports: each number once a protocol. */
export function duplicatePorts(ports: readonly Partial<ServicePort>[]): FieldError[] {
  const nodePorts = repeated(ports, ({ protocol, nodePort }) => nodePort && `${protocol}/${nodePort}`)
  const numbers = repeated(ports, ({ protocol, port = 0 }) => `${protocol}/${port}`)
  return [
    ...nodePorts.map((index) => duplicate(`${PORTS}[${index}].nodePort`, ports[index]?.nodePort)),
    ...numbers.map((index) => duplicate(`${PORTS}[${index}]`, printed(ports[index] ?? {}))),
  ]
}

/** The places whose key was there before. */
function repeated(ports: readonly Partial<ServicePort>[], keyOf: (port: Partial<ServicePort>) => unknown): number[] {
  const seen = new Set<unknown>()
  return ports.flatMap((port, index) => {
    const key = keyOf(port)
    const isRepeated = Boolean(key) && seen.has(key)
    seen.add(key)
    return isRepeated ? [index] : []
  })
}

/** As Kubernetes prints what it compares by. */
const printed = ({ protocol = '', port = 0 }: Partial<ServicePort>) => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
})
