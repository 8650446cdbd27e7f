/** Where a Service's traffic comes from and goes to. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (validateServiceExternalTrafficPolicy, validateServiceTrafficDistribution, validateLoadBalancerClassField,
 *  validateClientIPAffinityConfig) and pkg/api/service (ExternallyAccessible, NeedsHealthCheck). */
import { ipBlockProblems, portNumberProblems, qualifiedNameProblems } from '../../../formats/index.ts'
import type { Service, ServiceSpec } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'

const AFFINITIES = ['ClientIP', 'None']
const DAY_SECONDS = 86_400
const POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
const SOURCES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

type Spec = Partial<ServiceSpec>

export function validateAffinity({ sessionAffinity = '', sessionAffinityConfig: config }: Spec): FieldError[] {
  const at = 'spec.sessionAffinityConfig'
  if (sessionAffinity === '') return [required('spec.sessionAffinity')]
  if (!AFFINITIES.includes(sessionAffinity)) return [notSupported('spec.sessionAffinity', sessionAffinity, AFFINITIES)]
  if (sessionAffinity === 'None')
    return config === undefined ? [] : [forbidden(at, 'must not be set when session affinity is None')]
  const why = 'when session affinity type is ClientIP'
  if (config === undefined) return [required(at, why)]
  if (config.clientIP === undefined) return [required(`${at}.clientIP`, why)]
  const { timeoutSeconds: seconds } = config.clientIP
  const path = `${at}.clientIP.timeoutSeconds`
  if (seconds === undefined) return [required(path, why)]
  const isLong = seconds > 0 && seconds <= DAY_SECONDS
  return isLong ? [] : [invalidValue(path, seconds, `must be greater than 0 and less than ${DAY_SECONDS}`)]
}

/** From the field, or else from the annotation that it was before. Those that were let in may stay. */
export function validateSources({ metadata, spec }: Service, old: Service | undefined): FieldError[] {
  const isBalanced = spec.type === 'LoadBalancer'
  const { loadBalancerSourceRanges: ranges = [] } = spec
  if (ranges.length > 0) {
    // The path begins with a capital, as Kubernetes has it.
    const at = 'spec.LoadBalancerSourceRanges'
    const kept = (old?.spec?.loadBalancerSourceRanges ?? []).map((one) => one.trim())
    const errors = isBalanced ? [] : [forbidden(at, ONLY_BALANCED)]
    return [...errors, ...ranges.flatMap((one, index) => validateBlock(one.trim(), `${at}[${index}]`, kept))]
  }
  const text = metadata.annotations?.[SOURCES]
  if (text === undefined) return []
  const at = `metadata.annotations[${SOURCES}]`
  const errors = isBalanced ? [] : [forbidden(at, ONLY_BALANCED)]
  if (text.trim() === '' || old?.metadata.annotations?.[SOURCES] === text) return errors
  return [...errors, ...text.split(',').flatMap((one) => validateBlock(one.trim(), at, []))]
}

const validateBlock = (text: string, at: string, kept: readonly string[]) =>
  kept.includes(text) ? [] : invalidFormat(at, text, ipBlockProblems(text))

export function validateClass({ type, loadBalancerClass: name }: Spec): FieldError[] {
  const at = 'spec.loadBalancerClass'
  if (name === undefined) return []
  return type === 'LoadBalancer' ? invalidFormat(at, name, qualifiedNameProblems(name)) : [forbidden(at, ONLY_BALANCED)]
}

export const validateNodePortsOf = ({ type, allocateLoadBalancerNodePorts: allocates }: Spec): FieldError[] =>
  allocates === undefined || type === 'LoadBalancer'
    ? []
    : [forbidden('spec.allocateLoadBalancerNodePorts', ONLY_BALANCED)]

const isExternal = ({ type, externalIPs = [] }: Spec) =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)

export const needsHealthCheck = ({ type, externalTrafficPolicy }: Spec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

/** A missing health check port is the server's to find. */
export function validatePolicies(spec: Spec): FieldError[] {
  const { externalTrafficPolicy: policy = '', healthCheckNodePort: port = 0, internalTrafficPolicy: internal } = spec
  const at = 'spec.externalTrafficPolicy'
  const path = 'spec.healthCheckNodePort'
  const errors: FieldError[] = []
  if (!isExternal(spec)) {
    if (policy !== '') errors.push(invalidValue(at, policy, 'may only be set for externally-accessible services'))
  } else if (policy === '') errors.push(required(at))
  else if (!POLICIES.includes(policy)) errors.push(notSupported(at, policy, POLICIES))
  const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
  if (!needsHealthCheck(spec)) {
    if (port !== 0) errors.push(invalidValue(path, port, why))
  } else if (port !== 0) errors.push(...invalidFormat(path, port, portNumberProblems(port)))
  if (internal !== undefined && !POLICIES.includes(internal))
    errors.push(notSupported('spec.internalTrafficPolicy', internal, POLICIES))
  const { trafficDistribution: distribution } = spec
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution))
    errors.push(notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS))
  return errors
}

export function validateTrafficChange(spec: Spec, old: Spec): FieldError[] {
  const errors: FieldError[] = []
  const isBalanced = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer'
  if (isBalanced && spec.loadBalancerClass !== old.loadBalancerClass)
    errors.push(invalidValue('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'))
  // Its form is looked at here, and once more with the rest.
  errors.push(...validateClass(spec))
  const isChecked = needsHealthCheck(spec) && needsHealthCheck(old)
  if (isChecked && spec.healthCheckNodePort !== old.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return errors
}
