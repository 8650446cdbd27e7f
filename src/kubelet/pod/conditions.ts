/** The conditions of a pod that the kubelet owns. Pure. Source: Kubernetes v1.34, pkg/kubelet/status/generate.go. */
import type { k8s } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import { isSidecar } from './containers.ts'
import type { Phase } from './phase.ts'

export interface ConditionsInput {
  pod: k8s.Pod
  phase: Phase
  init: readonly k8s.ContainerStatus[]
  app: readonly k8s.ContainerStatus[]
  /** The sandbox runs and has its network. */
  sandboxUp: boolean
  /** A resize that waits or goes on. */
  resize?: { type: 'PodResizePending' | 'PodResizeInProgress'; reason?: string; message?: string } | undefined
  nowMs: number
}

/** Only there while there is something to say. */
export const RESIZE_CONDITIONS: readonly string[] = ['PodResizePending', 'PodResizeInProgress']

const KUBELETS: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  ...RESIZE_CONDITIONS,
]

/** Whether the kubelet alone knows. Source: Kubernetes v1.34, pkg/kubelet/types/pod_status.go (PodConditionByKubelet). */
export const isKubelets = ({ type }: k8s.PodCondition): boolean => KUBELETS.includes(type)

/** What the kubelet says, too, of pods that it sends away (PodConditionSharedByKubelet). */
export const isShared = ({ type }: k8s.PodCondition): boolean => type === 'DisruptionTarget'

interface Verdict {
  met: boolean
  reason?: string
  message?: string
}

const list = (names: readonly string[]) => `[${names.join(' ')}]`

function containersReady({ pod, phase, init, app }: ConditionsInput): Verdict {
  if (phase === 'Succeeded') return { met: false, reason: 'PodCompleted' }
  if (phase === 'Failed') return { met: false, reason: 'PodFailed' }
  const counted = [...init.filter((_, index) => isSidecar(pod.spec.initContainers?.[index] ?? {})), ...app]
  const unready = counted.filter(({ ready }) => !ready).map(({ name }) => name)
  return unready.length === 0
    ? { met: true }
    : { met: false, reason: 'ContainersNotReady', message: `containers with unready status: ${list(unready)}` }
}

function podReady({ pod }: ConditionsInput, containers: Verdict): Verdict {
  if (!containers.met) return containers
  const complaints = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = pod.status?.conditions?.find(({ type }) => type === conditionType)
    if (gate === undefined)
      return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`]
    const name = JSON.stringify(conditionType)
    return gate.status === 'True' ? [] : [`the status of pod readiness gate ${name} is not "True", but ${gate.status}`]
  })
  return complaints.length === 0
    ? { met: true }
    : { met: false, reason: 'ReadinessGatesNotReady', message: complaints.join(', ') }
}

function initialized({ pod, phase, init, app }: ConditionsInput): Verdict {
  if (phase === 'Succeeded') return { met: true, reason: 'PodCompleted' }
  if (app.some(({ state }) => state?.running !== undefined || state?.terminated !== undefined)) return { met: true }
  const incomplete = init
    .filter((status, index) => (isSidecar(pod.spec.initContainers?.[index] ?? {}) ? !status.started : !status.ready))
    .map(({ name }) => name)
  return incomplete.length === 0
    ? { met: true }
    : {
        met: false,
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: ${list(incomplete)}`,
      }
}

/** Conditions of others (readiness gates, DisruptionTarget) stay; the time of a change is the time it changed. */
export function podConditions(input: ConditionsInput): k8s.PodCondition[] {
  const { pod, nowMs } = input
  const containers = containersReady(input)
  const verdicts: [string, Verdict][] = [
    ['PodReadyToStartContainers', { met: input.sandboxUp }],
    ['Initialized', initialized(input)],
    ['Ready', podReady(input, containers)],
    ['ContainersReady', containers],
    ['PodScheduled', { met: true }],
  ]
  if (input.resize !== undefined) {
    const { type, ...why } = input.resize
    verdicts.push([type, { met: true, ...why }])
  }
  const old = pod.status?.conditions ?? []
  const now = toKubernetesTime(nowMs)
  const { generation } = pod.metadata
  const own = verdicts.map(([type, { met, ...why }]): k8s.PodCondition => {
    const before = old.find((condition) => condition.type === type)
    const status = met ? 'True' : 'False'
    return {
      type,
      status,
      ...why,
      ...(generation !== undefined && { observedGeneration: generation }),
      lastProbeTime: null as unknown as undefined,
      lastTransitionTime: before?.status === status && before.lastTransitionTime ? before.lastTransitionTime : now,
    }
  })
  const foreign = ({ type }: k8s.PodCondition) =>
    !RESIZE_CONDITIONS.includes(type) && !verdicts.some(([name]) => name === type)
  return [...own, ...old.filter(foreign)]
}
