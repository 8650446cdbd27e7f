/** The families of a Service's addresses, on a cluster that has IPv4 alone.
 *  Source: k8s.io/kubernetes v1.34, pkg/registry/core/service/storage/alloc.go (initIPFamilyFields). */
import { type FieldError, invalid, type k8s, resources } from '../../../api/index.ts'
import { invalidValue, validateClusterAddresses } from '../../../api/machinery.ts'
import { sameJson } from '../same-json.ts'

const POLICY = 'spec.ipFamilyPolicy'

/** Fills in `ipFamilies` and `ipFamilyPolicy`. Throws ApiError `Invalid`, before anything else is looked at, where they
 *  do not fit the addresses, each other or the cluster. */
export function setFamilies(service: k8s.Service, before: k8s.ServiceSpec | undefined): void {
  const spec = (service.spec ??= {})
  if (spec.type === 'ExternalName' || staysDual(spec, before)) return
  const refuse = (errors: readonly FieldError[]) => {
    if (errors.length > 0) throw invalid(resources.services, service.metadata.name ?? '', [...errors])
  }
  const isFree = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  // Whoever makes the endpoints of a headless Service without a selector may have addresses of both families.
  spec.ipFamilyPolicy ??= before?.ipFamilyPolicy ?? (isFree ? 'RequireDualStack' : 'SingleStack')
  refuse(validateClusterAddresses(spec, before))
  const errors = before === undefined ? [] : release(spec, before)
  refuse([...errors, ...validatePolicy(spec), ...inferFamilies(spec)])
  if (isFree) {
    spec.ipFamilies = freeFamilies(spec)
    return
  }
  refuse(validateConfigured(spec))
  if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4']
}

/** As long as nobody asks for a change, a Service that prefers two families stays as it is. */
const staysDual = (spec: k8s.ServiceSpec, before: k8s.ServiceSpec | undefined) =>
  before !== undefined &&
  before.type !== 'ExternalName' &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  before.ipFamilyPolicy === 'PreferDualStack' &&
  (spec.ipFamilies?.length ?? 0) > 0 &&
  sameJson(spec.ipFamilies, before.ipFamilies) &&
  sameJson(spec.clusterIPs ?? [], before.clusterIPs ?? [])

/** Asking for a single family gives back what the second had; that it was left out alone does not. */
function release(spec: k8s.ServiceSpec, before: k8s.ServiceSpec): FieldError[] {
  const { ipFamilyPolicy: policy, clusterIPs = [], ipFamilies = [] } = spec
  if (policy === 'SingleStack') {
    if (sameJson(clusterIPs, before.clusterIPs)) spec.clusterIPs = clusterIPs.slice(0, 1)
    if (sameJson(ipFamilies, before.ipFamilies)) spec.ipFamilies = ipFamilies.slice(0, 1)
    return []
  }
  const errors: FieldError[] = []
  const isReduced = (now: readonly string[], old: readonly string[] = []) =>
    now.length > 0 && now.length < old.length && now[0] === old[0]
  if (isReduced(clusterIPs, before.clusterIPs))
    errors.push(invalidValue(POLICY, policy, "must be 'SingleStack' to release the secondary cluster IP"))
  if (ipFamilies.length > 0 && ipFamilies.length < (before.ipFamilies?.length ?? 0))
    errors.push(invalidValue(POLICY, policy, "must be 'SingleStack' to release the secondary IP family"))
  return errors
}

function validatePolicy({ ipFamilyPolicy: policy, clusterIPs = [], ipFamilies = [] }: k8s.ServiceSpec): FieldError[] {
  if (policy !== 'SingleStack') return []
  const why = "must be 'RequireDualStack' or 'PreferDualStack' when multiple"
  const errors: FieldError[] = []
  if (clusterIPs.length === 2) errors.push(invalidValue(POLICY, policy, `${why} cluster IPs are specified`))
  if (ipFamilies.length === 2) errors.push(invalidValue(POLICY, policy, `${why} IP families are specified`))
  return errors
}

/** What addresses say of families that are not named. */
function inferFamilies(spec: k8s.ServiceSpec): FieldError[] {
  const { clusterIPs = [] } = spec
  const errors: FieldError[] = []
  clusterIPs.forEach((address, index) => {
    if (address === 'None' || index < (spec.ipFamilies?.length ?? 0)) return
    if (address.includes(':') && !address.includes('.'))
      errors.push(invalidValue(`spec.clusterIPs[${index}]`, clusterIPs, 'IPv6 is not configured on this cluster'))
    else spec.ipFamilies = [...(spec.ipFamilies ?? []), 'IPv4']
  })
  return errors
}

function freeFamilies({ ipFamilies = [], ipFamilyPolicy }: k8s.ServiceSpec): string[] {
  const [first = 'IPv4', ...others] = ipFamilies
  if (others.length > 0 || ipFamilyPolicy === 'SingleStack') return [first, ...others]
  return [first, first === 'IPv4' ? 'IPv6' : 'IPv4']
}

function validateConfigured({ ipFamilyPolicy: policy, ipFamilies = [] }: k8s.ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  if (policy === 'RequireDualStack')
    errors.push(invalidValue(POLICY, policy, 'this cluster is not configured for dual-stack services'))
  ipFamilies.forEach((family, index) => {
    if (family !== 'IPv4')
      errors.push(invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'))
  })
  return errors
}
