/** The processes of an app whose size the load decides, and why they are as many as they are. */
import { APP_LABEL, type App, type k8s, PROCESS_LABEL, resources } from '../../api/index.ts'
import type { Cluster } from '../cluster/open-cluster.ts'

/** Why as many as there are: more are being started (`growing`), or would be if they were allowed (`most`); fewer would do
 *  once that has lasted (`shrinking`), or if they were allowed (`least`); the aim is met (`met`); nobody has measured yet
 *  (`unmeasured`); none runs, so that nothing can be measured (`off`). */
export type AutoscalingState = 'growing' | 'most' | 'shrinking' | 'least' | 'met' | 'unmeasured' | 'off'

export interface Autoscaling {
  process: string
  /** Undefined until the autoscaler has looked. */
  replicas: number | undefined
  desiredReplicas: number | undefined
  minReplicas: number
  maxReplicas: number
  /** Of what the pods ask for; on average. */
  cpuPercent: number | undefined
  targetCpuPercent: number | undefined
  state: AutoscalingState
  /** How long fewer must do before there are fewer. */
  shrinksAfterSeconds: number
  /** When their number was changed last, RFC 3339. */
  changedAt: string | undefined
}

/** Kubernetes' default. Source: Kubernetes, "Horizontal Pod Autoscaling", stabilization window. */
const STABILIZATION_SECONDS = 300

/** In the order in which the App has them. */
export async function readAutoscaling({ client, namespace }: Cluster, app: App, signal: AbortSignal) {
  const autoscaled = (app.spec.processes ?? []).filter(({ autoscaling }) => autoscaling !== undefined)
  if (autoscaled.length === 0) return []
  const labelSelector = `${APP_LABEL}=${app.metadata.name}`
  const { items } = await client.list(resources.horizontalpodautoscalers, { namespace, labelSelector, signal })
  const byProcess = new Map(items.map((hpa) => [hpa.metadata.labels?.[PROCESS_LABEL], hpa]))
  return autoscaled.flatMap(({ name }) => {
    const hpa = byProcess.get(name)
    return hpa === undefined ? [] : [autoscalingOf(name, hpa)]
  })
}

/** Pure. */
export function autoscalingOf(process: string, { spec, status }: k8s.HorizontalPodAutoscaler): Autoscaling {
  const isCpu = ({ resource }: k8s.MetricSpec | k8s.MetricStatus) => resource?.name === 'cpu'
  const minReplicas = spec.minReplicas ?? 1
  const cpuPercent = status?.currentMetrics?.find(isCpu)?.resource?.current.averageUtilization
  const targetCpuPercent = spec.metrics?.find(isCpu)?.resource?.target.averageUtilization
  const isBelowAim = (cpuPercent ?? 0) < (targetCpuPercent ?? 0)
  return {
    process,
    replicas: status?.currentReplicas,
    desiredReplicas: status?.desiredReplicas,
    minReplicas,
    maxReplicas: spec.maxReplicas,
    cpuPercent,
    targetCpuPercent,
    state: stateOf(status, { minReplicas, isBelowAim }),
    shrinksAfterSeconds: spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? STABILIZATION_SECONDS,
    changedAt: status?.lastScaleTime,
  }
}

/** From the conditions and reasons that Kubernetes gives. Source: Kubernetes v1.34, pkg/controller/podautoscaler. */
function stateOf(
  status: k8s.HorizontalPodAutoscalerStatus | undefined,
  { minReplicas, isBelowAim }: { minReplicas: number; isBelowAim: boolean },
): AutoscalingState {
  const { conditions = [], currentReplicas = 0, desiredReplicas = 0 } = status ?? {}
  const found = (type: string) => conditions.find((condition) => condition.type === type)
  const active = found('ScalingActive')
  if (active?.reason === 'ScalingDisabled') return 'off'
  if (active?.status !== 'True') return 'unmeasured'
  if (desiredReplicas > currentReplicas) return 'growing'
  // What was wanted lately may still be beyond the bounds when less is wanted now.
  const isWaiting = found('AbleToScale')?.reason === 'ScaleDownStabilized' && isBelowAim
  if (desiredReplicas < currentReplicas || (isWaiting && currentReplicas > minReplicas)) return 'shrinking'
  const limited = found('ScalingLimited')
  const isLimitedBy = (reason: string) => limited?.status === 'True' && limited.reason === reason
  if (isWaiting || isLimitedBy('TooFewReplicas')) return 'least'
  return isLimitedBy('TooManyReplicas') ? 'most' : 'met'
}
