/** Ports of containers. Source: kubernetes v1.34, pkg/apis/core/validation (validateContainerPorts,
 *  checkHostPortConflicts, validatePodHostNetworkDeps). */
import { portNameProblems, portNumberProblems } from '../../formats/index.ts'
import type { Container, ContainerPort, PodSpec } from '../../generated/types.ts'
import { duplicate, type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const names = new Set<string>()
  return ports.flatMap(({ name, containerPort, hostPort, protocol = '' }: Partial<ContainerPort>, index) => {
    const at = `${path}[${index}]`
    const errors: FieldError[] = []
    if (name) {
      const problems = portNameProblems(name)
      errors.push(...invalidFormat(`${at}.name`, name, problems))
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${at}.name`, name))
      if (problems.length === 0) names.add(name)
    }
    if (!containerPort) errors.push(required(`${at}.containerPort`))
    else errors.push(...invalidFormat(`${at}.containerPort`, containerPort, portNumberProblems(containerPort)))
    if (hostPort) errors.push(...invalidFormat(`${at}.hostPort`, hostPort, portNumberProblems(hostPort)))
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS))
    return errors
  })
}

/** `path` is that of the list of the containers, which run at once. */
export function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const taken = new Set<string>()
  const errors: FieldError[] = []
  containers.forEach((container, index) =>
    (container.ports ?? []).forEach(({ hostPort, hostIP = '', protocol }, portIndex) => {
      if (!hostPort) return
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) errors.push(duplicate(`${path}[${index}].ports[${portIndex}].hostPort`, key))
      taken.add(key)
    }),
  )
  return errors
}

/** On the host's network a port is the host's port. In templates it may still be left out. */
export function hostNetworkPorts(spec: PodSpec, path: string, ofPod: boolean): FieldError[] {
  if (spec.hostNetwork !== true) return []
  return (spec.containers ?? []).flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort = 0 }: Partial<ContainerPort>, portIndex) => {
      if (hostPort === containerPort || (!ofPod && hostPort === 0)) return []
      const at = `${path}.containers[${index}].ports[${portIndex}].hostPort`
      return [invalidValue(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
    }),
  )
}
