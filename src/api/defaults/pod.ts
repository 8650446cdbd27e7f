/** Pods, pod templates and containers. */
import type { Container, Pod, PodSpec, PodStatus, ResourceRequirements } from '../generated/types.ts'
import { type ResourceList, roundQuantityUp } from '../quantity/index.ts'
import { containerLimits, containerRequests } from '../quota/index.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

export const podDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Pod': defaultPod,
  'io.k8s.api.core.v1.PodSpec': defaultPodSpec,
  'io.k8s.api.core.v1.PodStatus': defaultAddresses,
  'io.k8s.api.core.v1.Container': defaultContainer,
  'io.k8s.api.core.v1.EphemeralContainer': defaultContainer,
  'io.k8s.api.core.v1.ResourceRequirements': defaultResources,
  'io.k8s.api.core.v1.LocalObjectReference': dropEmptyName,
  'io.k8s.api.core.v1.ConfigMapEnvSource': dropEmptyName,
  'io.k8s.api.core.v1.SecretEnvSource': dropEmptyName,
  'io.k8s.api.core.v1.ConfigMapKeySelector': dropEmptyName,
  'io.k8s.api.core.v1.SecretKeySelector': dropEmptyName,
  'io.k8s.api.core.v1.ConfigMapProjection': dropEmptyName,
  'io.k8s.api.core.v1.SecretProjection': dropEmptyName,
}

/** What templates do not get, only the pods made from them. */
function defaultPod(pod: Pod): void {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  for (const { resources } of containers)
    if (resources?.limits !== undefined) resources.requests = { ...resources.limits, ...resources.requests }
  if (pod.spec === undefined) return
  // Not a default, but what Kubernetes makes of it whenever it reads or writes a pod.
  if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1
  defaultPodResources(pod.spec)
  ifMissing(pod.spec, 'enableServiceLinks', true)
  if (pod.spec.hostNetwork === true)
    for (const port of containers.flatMap((container) => container.ports ?? []))
      orElse(port, 'hostPort', port.containerPort)
}

/** The one address is the first of all; it is right where they differ. Source: pkg/apis/core/v1/conversion.go. */
function defaultAddresses(status: PodStatus): void {
  const { podIP, podIPs } = status
  if (podIP && podIPs?.[0]?.ip !== podIP) status.podIPs = [{ ip: podIP }]
  else if (podIPs?.[0]?.ip) status.podIP = podIPs[0].ip
}

/** What is given to the pod as a whole follows from what its containers ask for, where something is given. */
function defaultPodResources(spec: PodSpec): void {
  const { resources } = spec
  const count = (list: ResourceList | undefined) => Object.keys(list ?? {}).length
  if (resources === undefined || count(resources.limits) + count(resources.requests) === 0) return
  const isPages = (name: string) => name.startsWith('hugepages-')
  for (const [name, limit] of Object.entries(containerLimits(spec)))
    if (isPages(name) && resources.requests?.[name] === undefined) (resources.limits ??= {})[name] ??= limit
  if (count(resources.limits) === 0) return
  const requests = (resources.requests ??= {})
  for (const [name, request] of Object.entries(containerRequests(spec)))
    if (name === 'cpu' || name === 'memory') requests[name] ??= request
  for (const [name, limit] of Object.entries(resources.limits ?? {}))
    if (name === 'cpu' || name === 'memory' || isPages(name)) requests[name] ??= limit
  if (count(requests) === 0) delete resources.requests
}

/** Written out, an empty name is none. */
export function dropEmptyName(reference: { name?: string | undefined }): void {
  if (reference.name === '') delete reference.name
}

function defaultPodSpec(spec: PodSpec): void {
  orElse(spec, 'dnsPolicy', 'ClusterFirst')
  orElse(spec, 'restartPolicy', 'Always')
  ifMissing(spec, 'securityContext', {})
  ifMissing(spec, 'terminationGracePeriodSeconds', 30)
  orElse(spec, 'schedulerName', 'default-scheduler')
  // `serviceAccount` is the old name of the field and mirrors it.
  const account = spec.serviceAccountName || spec.serviceAccount
  if (account) Object.assign(spec, { serviceAccountName: account, serviceAccount: account })
}

function defaultContainer(container: Container): void {
  orElse(container, 'imagePullPolicy', isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent')
  orElse(container, 'terminationMessagePath', '/dev/termination-log')
  orElse(container, 'terminationMessagePolicy', 'File')
}

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const HOST = '(?:(?:[a-zA-Z0-9.-]+|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?/)?'
const MAX_NAME = 255
/** `host:port/path:tag@digest`. Source: github.com/distribution/reference, regexp.go. */
const REFERENCE = new RegExp(
  `^(?<name>${HOST}${PART}(?:/${PART})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?<digest>@[A-Za-z].*:[0-9a-fA-F]{32,})?$`,
)

/** Whether an image reference names the tag `latest`, or neither tag nor digest. What is no reference names nothing. */
export function isLatest(image: string): boolean {
  // A bare hash is an identifier, and as such no name.
  const named = image.length > 4096 || /^[0-9a-f]{64}$/.test(image) ? undefined : REFERENCE.exec(image)?.groups
  if (named === undefined || (named.name?.length ?? 0) > MAX_NAME) return false
  return named.tag === undefined ? named.digest === undefined : named.tag === 'latest'
}

/** Resource amounts finer than a thousandth are rounded up to one. */
function defaultResources(resources: ResourceRequirements): void {
  for (const list of [resources.limits, resources.requests])
    for (const [name, quantity] of Object.entries(list ?? {})) if (list) list[name] = roundQuantityUp(quantity, -3)
}
