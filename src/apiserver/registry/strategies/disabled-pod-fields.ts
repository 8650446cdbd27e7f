/** Fields of pods and templates that belong to features which are off unless somebody turns them on: they are not taken
 *  in, but for objects that have them already. Source: kubernetes v1.34, pkg/api/pod (dropDisabledFields),
 *  pkg/features. */
import type { k8s } from '../../../api/index.ts'

type Containers = (k8s.Container | k8s.EphemeralContainer)[]

/** Changes `spec` in place. `old` is the spec that it replaces. */
export function dropDisabledPodFields(spec: Partial<k8s.PodSpec>, old?: Partial<k8s.PodSpec>): void {
  const containers = containersOf(spec)
  const before = containersOf(old ?? {})
  if (old?.hostnameOverride === undefined) delete spec.hostnameOverride
  if (!usesRestartRules(old ?? {})) dropRestartRules(spec)
  if (!before.some(usesFileKeys))
    for (const { env = [] } of containers) for (const one of env) delete one.valueFrom?.fileKeyRef
  if (!before.some(({ lifecycle }) => lifecycle?.stopSignal !== undefined)) containers.forEach(dropStopSignal)
  if (!(old?.volumes ?? []).some(({ image }) => image !== undefined)) dropImageVolumes(spec)
  for (const field of ['clusterTrustBundle', 'podCertificate'] as const)
    if (!projectionsOf(old ?? {}).some((source) => source[field] !== undefined))
      for (const source of projectionsOf(spec)) delete source[field]
}

const containersOf = ({
  initContainers = [],
  containers = [],
  ephemeralContainers = [],
}: Partial<k8s.PodSpec>): Containers => [...initContainers, ...containers, ...ephemeralContainers]

const projectionsOf = ({ volumes = [] }: Partial<k8s.PodSpec>) =>
  volumes.flatMap(({ projected }) => projected?.sources ?? [])

const usesFileKeys = ({ env = [] }: Containers[number]) =>
  env.some(({ valueFrom }) => valueFrom?.fileKeyRef !== undefined)

/** That an init container goes on running beside the others is no rule of its own. */
const isSidecar = ({ restartPolicy }: Containers[number]) => restartPolicy === 'Always'

function usesRestartRules({
  initContainers = [],
  containers = [],
  ephemeralContainers = [],
}: Partial<k8s.PodSpec>): boolean {
  const hasRules = (one: Containers[number]) => (one.restartPolicyRules ?? []).length > 0
  return (
    initContainers.some((one) => hasRules(one) || (one.restartPolicy !== undefined && !isSidecar(one))) ||
    [...containers, ...ephemeralContainers].some((one) => hasRules(one) || one.restartPolicy !== undefined)
  )
}

function dropRestartRules(spec: Partial<k8s.PodSpec>): void {
  const { initContainers = [] } = spec
  for (const container of containersOf(spec)) {
    if (!(isSidecar(container) && (initContainers as Containers).includes(container))) delete container.restartPolicy
    delete container.restartPolicyRules
  }
}

function dropStopSignal(container: Containers[number]): void {
  if (container.lifecycle?.stopSignal === undefined) return
  delete container.lifecycle.stopSignal
  if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle
}

function dropImageVolumes(spec: Partial<k8s.PodSpec>): void {
  const names = new Set((spec.volumes ?? []).filter(({ image }) => image !== undefined).map(({ name }) => name))
  if (names.size === 0) return
  const without = <T extends { name: string }>(list: readonly T[]) => list.filter(({ name }) => !names.has(name))
  spec.volumes = without(spec.volumes ?? [])
  if (spec.volumes.length === 0) delete spec.volumes
  for (const container of containersOf(spec)) {
    if (container.volumeMounts === undefined) continue
    container.volumeMounts = without(container.volumeMounts)
    if (container.volumeMounts.length === 0) delete container.volumeMounts
  }
}
