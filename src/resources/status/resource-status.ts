/** A Resource's status. Pure. */
import type { BackingResource, BackingResourceStatus, ResourceVariable } from '../../api/index.ts'
import { toKubernetesTime } from '../../lib/index.ts'
import type { Readiness } from './readiness.ts'

export type Outcome =
  | {
      state: 'written'
      readiness: Readiness
      binding: string
      environment: ResourceVariable[]
      volume: BackingResourceStatus['volume']
    }
  /** To a program. */
  | { state: 'left'; controller: string }
  | { state: 'failed'; reason: string; message: string }

/** What cannot be made as it is asked for now goes on being given as it was. */
export function resourceStatus(resource: BackingResource, outcome: Outcome, nowMs: number): BackingResourceStatus {
  const { generation } = resource.metadata
  const { type } = resource.spec
  const given =
    outcome.state === 'written'
      ? {
          binding: { name: outcome.binding },
          ...(outcome.environment.length > 0 && { environment: outcome.environment }),
          ...(outcome.volume && { volume: outcome.volume }),
        }
      : withoutConditions(resource.status)
  const judged = judge(type, outcome)
  const before = resource.status?.conditions?.find((condition) => condition.type === 'Ready')
  const lastTransitionTime = before?.status === judged.status ? before.lastTransitionTime : toKubernetesTime(nowMs)
  return {
    ...given,
    observedGeneration: generation,
    conditions: [{ type: 'Ready', ...judged, observedGeneration: generation, lastTransitionTime }],
  }
}

function judge(type: string, outcome: Outcome): { status: 'True' | 'False'; reason: string; message: string } {
  if (outcome.state === 'failed') return { status: 'False', reason: outcome.reason, message: outcome.message }
  if (outcome.state === 'left') {
    const message = `${outcome.controller} makes it, and has not said anything of it yet; see that this program runs`
    return { status: 'False', reason: 'Provisioning', message }
  }
  const { readiness } = outcome
  if (!readiness.isReady) return { status: 'False', reason: 'Provisioning', message: readiness.message }
  return { status: 'True', reason: 'Provisioned', message: `${type} can be used` }
}

function withoutConditions({ binding, environment, volume }: BackingResourceStatus = {}): BackingResourceStatus {
  return { ...(binding && { binding }), ...(environment && { environment }), ...(volume && { volume }) }
}
