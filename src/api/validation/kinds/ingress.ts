/** Ingresses. Source: kubernetes v1.34, pkg/apis/networking/validation. */
import {
  dns1035LabelProblems,
  dnsLabelProblems,
  dnsSubdomainProblems,
  parseIpAddress,
  portNameProblems,
  portNumberProblems,
  wildcardSubdomainProblems,
} from '../../formats/index.ts'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from '../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import type { KindRules } from '../kind-rules.ts'
import { validateLegacyAddress } from './service/addresses.ts'
import { balancerWarnings, validateBalancerName } from './service/balancer-status.ts'
import { validateTypedReference } from './typed-reference.ts'

const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const CLASS = 'kubernetes.io/ingress.class'
const BAD_SUFFIXES = ['/..', '/.']

export const ingressRules: KindRules<Ingress> = {
  reportsMissing: true,
  validate: (ingress, old) => {
    const { rules = [], defaultBackend, tls = [], ingressClassName: className } = ingress.spec ?? {}
    const kept = keptFrom(old)
    const errors: FieldError[] = []
    if (rules.length === 0 && defaultBackend === undefined)
      errors.push(invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified'))
    if (defaultBackend !== undefined) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend', kept))
    rules.forEach((rule, index) => errors.push(...validateRule(rule, `spec.rules[${index}]`, kept)))
    tls.forEach((one, index) => errors.push(...validateTls(one, `spec.tls[${index}]`, kept)))
    if (className !== undefined)
      errors.push(...invalidFormat('spec.ingressClassName', className, dnsSubdomainProblems(className)))
    return old === undefined ? [...errors, ...validateAnnotation(ingress)] : errors
  },
  validateStatusUpdate: ({ status }, old) => {
    const kept = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
    return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, index) => {
      const at = `status.loadBalancer.ingress[${index}]`
      const errors = ip ? validateLegacyAddress(ip, `${at}.ip`, kept) : []
      return hostname ? [...errors, ...validateBalancerName(hostname, `${at}.hostname`)] : errors
    })
  },
  statusWarnings: ({ status }) => balancerWarnings(status),
  warnings: ({ metadata, spec }, old) =>
    old === undefined && metadata.annotations?.[CLASS] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
}

/** What was let in once, by older rules, may stay. */
interface Kept {
  secretNames: boolean
  wildcardRules: boolean
  serviceNames: boolean
}

const KEPT_NOTHING: Kept = { secretNames: false, wildcardRules: false, serviceNames: false }

function keptFrom(old: Ingress | undefined): Kept {
  if (old === undefined) return KEPT_NOTHING
  const { tls = [], rules = [] } = old.spec ?? {}
  const services = rules.flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend?.service?.name ?? ''))
  return {
    secretNames: tls.some(({ secretName }) => secretName && dnsSubdomainProblems(secretName).length > 0),
    wildcardRules: rules.some((rule) => rule.host?.includes('*') && validateHttp(rule, '', KEPT_NOTHING).length > 0),
    serviceNames: services.some((name) => dnsLabelProblems(name).length === 0 && dns1035LabelProblems(name).length > 0),
  }
}

/** The path begins at the annotations, as Kubernetes has it. */
function validateAnnotation({ metadata, spec }: Ingress): FieldError[] {
  const [annotated, named] = [metadata.annotations?.[CLASS], spec?.ingressClassName]
  if (annotated === undefined || named === undefined || annotated === named) return []
  return [invalidValue(`annotations.${CLASS}`, annotated, 'must match `ingressClassName` when both are specified')]
}

const hostProblems = (host: string) => (host.includes('*') ? wildcardSubdomainProblems : dnsSubdomainProblems)(host)

function validateTls({ hosts = [], secretName }: IngressTLS, at: string, kept: Kept): FieldError[] {
  const errors = hosts.flatMap((host, index) => invalidFormat(`${at}.hosts[${index}]`, host, hostProblems(host)))
  if (!secretName || kept.secretNames) return errors
  return [...errors, ...invalidFormat(`${at}.secretName`, secretName, dnsSubdomainProblems(secretName))]
}

function validateRule(rule: IngressRule, at: string, kept: Kept): FieldError[] {
  const { host } = rule
  const errors: FieldError[] = []
  if (host && parseIpAddress(host) !== undefined)
    errors.push(invalidValue(`${at}.host`, host, 'must be a DNS name, not an IP address'))
  if (host) errors.push(...invalidFormat(`${at}.host`, host, hostProblems(host)))
  return host?.includes('*') && kept.wildcardRules ? errors : [...errors, ...validateHttp(rule, at, kept)]
}

function validateHttp({ http }: IngressRule, at: string, kept: Kept): FieldError[] {
  if (http === undefined) return []
  const paths = http.paths ?? []
  if (paths.length === 0) return [required(`${at}.http.paths`)]
  return paths.flatMap((path, index) => validatePath(path, `${at}.http.paths[${index}]`, kept))
}

function validatePath(
  { path = '', pathType, backend }: Partial<HTTPIngressPath>,
  at: string,
  kept: Kept,
): FieldError[] {
  if (pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')]
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
  return [...errors, ...validateBackend(backend ?? {}, `${at}.backend`, kept)]
}

function validateBackend({ service, resource }: IngressBackend, at: string, kept: Kept): FieldError[] {
  if (service && resource) return [invalidValue(at, '', 'cannot set both resource and service backends')]
  if (resource) return validateTypedReference(resource, `${at}.resource`)
  if (!service) return [invalidValue(at, '', 'resource or service backend is required')]
  const { name, port: { name: portName, number } = {} } = service
  const errors = name
    ? invalidFormat(`${at}.service.name`, name, (kept.serviceNames ? dnsLabelProblems : dns1035LabelProblems)(name))
    : [required(`${at}.service.name`)]
  if (portName && number) errors.push(invalidValue(at, '', 'cannot set both port name & port number'))
  else if (portName) errors.push(...invalidFormat(`${at}.service.port.name`, portName, portNameProblems(portName)))
  else if (number) errors.push(...invalidFormat(`${at}.service.port.number`, number, portNumberProblems(number)))
  else errors.push(required(at, 'port name or number is required'))
  return errors
}
