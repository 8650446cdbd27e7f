/** The addresses that load balancers report. Source: kubernetes v1.34, pkg/apis/core/validation
 *  (ValidateLoadBalancerStatus). */
import { addressWarnings, dnsSubdomainProblems, parseIpAddress } from '../../../formats/index.ts'
import type { LoadBalancerIngress, ServiceSpec, ServiceStatus } from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../../field-error.ts'
import { validateLegacyAddress } from './addresses.ts'

const MODES = ['Proxy', 'VIP']
const INGRESS = 'status.loadBalancer.ingress'

export function validateBalancerStatus(
  status: ServiceStatus | undefined,
  old: ServiceStatus | undefined,
  { type }: ServiceSpec,
): FieldError[] {
  const ingress = status?.loadBalancer?.ingress ?? []
  if (ingress.length > 0 && type !== 'LoadBalancer')
    return [forbidden(INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")]
  const kept = (old?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []))
  return ingress.flatMap((one, index) => validateIngress(one, `${INGRESS}[${index}]`, kept))
}

function validateIngress(ingress: LoadBalancerIngress, at: string, kept: readonly string[]): FieldError[] {
  const { ip, ipMode, hostname } = ingress
  const errors = ip ? validateLegacyAddress(ip, `${at}.ip`, kept) : []
  const path = `${at}.ipMode`
  if (ipMode === undefined) {
    if (ip) errors.push(required(path, 'must be specified when `ip` is set'))
  } else if (!ip) errors.push(forbidden(path, 'may not be specified when `ip` is not set'))
  else if (!MODES.includes(ipMode)) errors.push(notSupported(path, ipMode, MODES))
  return hostname ? [...errors, ...validateBalancerName(hostname, `${at}.hostname`)] : errors
}

/** What is said of addresses that are let pass. The path is that of what they are in, as Kubernetes has it. */
export const balancerWarnings = (
  status: { loadBalancer?: { ingress?: readonly { ip?: string | undefined }[] | undefined } | undefined } | undefined,
): string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, index) =>
    ip ? addressWarnings(`${INGRESS}[${index}]`, ip) : [],
  )

/** Of Services' load balancers and those of Ingresses alike. */
export function validateBalancerName(hostname: string, at: string): FieldError[] {
  const errors = invalidFormat(at, hostname, dnsSubdomainProblems(hostname))
  if (parseIpAddress(hostname) !== undefined)
    errors.push(invalidValue(at, hostname, 'must be a DNS name, not an IP address'))
  return errors
}
