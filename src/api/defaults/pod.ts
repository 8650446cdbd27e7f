/** Pods, pod templates and containers. */
import type { Container, Pod, PodSpec, ResourceRequirements } from '../generated/types.ts'
import { roundQuantityUp } from '../quantity/index.ts'
import { type DefaultFunctions, ifMissing, orElse } from './default-function.ts'

export const podDefaults: DefaultFunctions = {
  'io.k8s.api.core.v1.Pod': defaultPod,
  'io.k8s.api.core.v1.PodSpec': defaultPodSpec,
  'io.k8s.api.core.v1.Container': defaultContainer,
  'io.k8s.api.core.v1.EphemeralContainer': defaultContainer,
  'io.k8s.api.core.v1.ResourceRequirements': defaultResources,
}

/** What templates do not get, only the pods made from them. */
function defaultPod(pod: Pod): void {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])]
  for (const { resources } of containers)
    if (resources?.limits !== undefined) resources.requests = { ...resources.limits, ...resources.requests }
  if (pod.spec === undefined) return
  ifMissing(pod.spec, 'enableServiceLinks', true)
  if (pod.spec.hostNetwork === true)
    for (const port of containers.flatMap((container) => container.ports ?? []))
      orElse(port, 'hostPort', port.containerPort)
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

/** Whether an image reference names the tag `latest`, or neither tag nor digest. */
export function isLatest(image: string): boolean {
  const [name = '', digest] = image.split('@', 2)
  if (name === '') return false
  const tag = /:([^:/]+)$/.exec(name)?.[1]
  return tag === undefined ? digest === undefined : tag === 'latest'
}

/** Resource amounts finer than a thousandth are rounded up to one. */
function defaultResources(resources: ResourceRequirements): void {
  for (const list of [resources.limits, resources.requests])
    for (const [name, quantity] of Object.entries(list ?? {})) if (list) list[name] = roundQuantityUp(quantity, -3)
}
