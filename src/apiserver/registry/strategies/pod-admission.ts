/** What Kubernetes' default admission plugins write into every new pod: ServiceAccount (the name), Priority,
 *  DefaultTolerationSeconds. Source: k8s.io/kubernetes v1.34, plugin/pkg/admission. */
import { apiError, type k8s, resources } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { StrategyServices } from '../strategy.ts'
import { prefixOf } from '../object-key.ts'
import { decodeEntry } from '../object-text.ts'

const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}
const TOLERATED_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const TOLERATION_SECONDS = 300

export async function admitPod(object: AnyObject, backend: StrategyServices): Promise<void> {
  const spec = (object.spec ??= {}) as k8s.PodSpec
  spec.serviceAccountName ||= spec.serviceAccount || 'default'
  spec.serviceAccount = spec.serviceAccountName
  tolerateShortOutages(spec)
  await setPriority(object, spec, backend)
}

function tolerateShortOutages(spec: k8s.PodSpec): void {
  const tolerations = spec.tolerations ?? []
  for (const key of TOLERATED_TAINTS) {
    const tolerated = tolerations.some(
      (toleration) =>
        (toleration.key === key || !toleration.key) && (!toleration.effect || toleration.effect === 'NoExecute'),
    )
    if (!tolerated)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS })
  }
  spec.tolerations = tolerations
}

async function setPriority(object: AnyObject, spec: k8s.PodSpec, backend: StrategyServices): Promise<void> {
  const { value, preemptionPolicy } = await priorityOf(object, spec, backend)
  spec.priority = value
  spec.preemptionPolicy ??= preemptionPolicy ?? 'PreemptLowerPriority'
}

async function priorityOf(
  object: AnyObject,
  spec: k8s.PodSpec,
  backend: StrategyServices,
): Promise<{ value: number; preemptionPolicy?: string | undefined }> {
  const name = spec.priorityClassName
  if (!name) return (await globalDefault(backend, spec)) ?? { value: 0 }
  const system = SYSTEM_PRIORITIES[name]
  if (system !== undefined) return { value: system }
  const entry = await backend.store.get(`${prefixOf(resources.priorityclasses)}${name}`)
  if (entry !== undefined) return decodeEntry(entry) as unknown as k8s.PriorityClass
  const pod = object.metadata.name
  throw apiError('Forbidden', `pods "${pod}" is forbidden: no PriorityClass with name ${name} was found`, {
    subject: { kind: resources.pods.plural, name: pod },
  })
}

async function globalDefault(backend: StrategyServices, spec: k8s.PodSpec): Promise<k8s.PriorityClass | undefined> {
  const { entries } = await backend.store.list(prefixOf(resources.priorityclasses))
  const classes = entries.map((entry) => decodeEntry(entry) as unknown as k8s.PriorityClass)
  const chosen = classes.filter(({ globalDefault }) => globalDefault).sort((a, b) => a.value - b.value)[0]
  if (chosen !== undefined) spec.priorityClassName = chosen.metadata.name
  return chosen
}
