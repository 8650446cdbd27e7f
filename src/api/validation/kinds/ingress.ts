/** Ingresses. Source: kubernetes v1.34, pkg/apis/networking/validation. */
import { isIP } from 'node:net'
import {
  dns1035LabelProblems,
  dnsSubdomainProblems,
  portNameProblems,
  portNumberProblems,
  wildcardSubdomainProblems,
} from '../../formats/index.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'

const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const BAD_SUFFIXES = ['/..', '/.']

export const ingressRules: KindRules<Ingress> = {
  validate: (ingress) => {
    const errors: FieldError[] = []
    const { rules = [], defaultBackend, ingressClassName: className } = (ingress as Partial<Ingress>).spec ?? {}
    if (rules.length === 0 && defaultBackend === undefined)
      errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'))
    if (defaultBackend !== undefined) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'))
    rules.forEach((rule, index) => errors.push(...validateRule(rule, `spec.rules[${index}]`)))
    if (className) errors.push(...invalidFormat('spec.ingressClassName', className, dnsSubdomainProblems(className)))
    return errors
  },
}

function validateRule({ host, http }: IngressRule, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (host && isIP(host) !== 0) errors.push(invalidValue(`${at}.host`, host, 'must be a DNS name, not an IP address'))
  const problems = host?.includes('*') ? wildcardSubdomainProblems : dnsSubdomainProblems
  if (host) errors.push(...invalidFormat(`${at}.host`, host, problems(host)))
  if (http === undefined) return errors
  if ((http.paths ?? []).length === 0) errors.push(required(`${at}.http.paths`))
  http.paths?.forEach((path, index) => errors.push(...validatePath(path, `${at}.http.paths[${index}]`)))
  return errors
}

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, at: string): FieldError[] {
  if (!pathType) return [required(`${at}.pathType`, 'pathType must be specified')]
  const types = ['Exact', 'ImplementationSpecific', 'Prefix']
  const errors: FieldError[] = []
  if (!types.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, types))
  else if (!path.startsWith('/') && (path !== '' || pathType !== 'ImplementationSpecific'))
    errors.push(invalidValue(`${at}.path`, path, 'must be an absolute path'))
  if (pathType === 'Exact' || pathType === 'Prefix') {
    for (const bad of BAD_SEQUENCES)
      if (path.includes(bad)) errors.push(invalidValue(`${at}.path`, path, `must not contain '${bad}'`))
    for (const bad of BAD_SUFFIXES)
      if (path.endsWith(bad)) errors.push(invalidValue(`${at}.path`, path, `cannot end with '${bad}'`))
  }
  return backend === undefined ? errors : [...errors, ...validateBackend(backend, `${at}.backend`)]
}

function validateBackend({ service, resource }: IngressBackend, at: string): FieldError[] {
  if (service && resource) return [invalidValue(at, '', 'cannot set both resource and service backends')]
  if (resource) return resource.name ? [] : [required(`${at}.resource.name`)]
  if (!service) return [invalidValue(at, '', 'resource or service backend is required')]
  const { name, port: { name: portName, number } = {} } = service
  const errors = name
    ? invalidFormat(`${at}.service.name`, name, dns1035LabelProblems(name))
    : [required(`${at}.service.name`)]
  if (portName && number) errors.push(invalidValue(at, '', 'cannot set both port name & port number'))
  else if (portName) errors.push(...invalidFormat(`${at}.service.port.name`, portName, portNameProblems(portName)))
  else if (number) errors.push(...invalidFormat(`${at}.service.port.number`, number, portNumberProblems(number)))
  else errors.push(required(at, 'port name or number is required'))
  return errors
}
