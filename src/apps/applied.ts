/** What of an App has been written to its Deployment. A user may change the Deployment with kubectl (scale it, undo a
 *  rollout): that stays until the App itself changes. Remembered on the App, because a Deployment's annotations are
 *  rewritten by `kubectl rollout undo`. */
import type { App } from '../api/index.ts'

export const APPLIED_ANNOTATION = 'apps.naru.dev/applied'
/** Set anew by each deploy, so that deploying the same image again also counts as a change. */
export const DEPLOYED_AT_ANNOTATION = 'apps.naru.dev/deployed-at'

export interface Applied {
  generation: number
  deployedAt: string
  replicas: number | null
}

export function wishToApply({ metadata, spec }: App): Applied {
  return {
    generation: metadata.generation ?? 0,
    deployedAt: metadata.annotations?.[DEPLOYED_AT_ANNOTATION] ?? '',
    replicas: spec.replicas ?? null,
  }
}

/** Nothing when the App has not been applied, or the annotation is not ours. */
export function lastApplied({ metadata }: App): Applied | undefined {
  try {
    const value: unknown = JSON.parse(metadata.annotations?.[APPLIED_ANNOTATION] ?? 'null')
    return typeof value === 'object' && value !== null && 'generation' in value ? (value as Applied) : undefined
  } catch {
    return undefined
  }
}

export function isSameApplication(a: Applied, b: Applied | undefined): boolean {
  return a.generation === b?.generation && a.deployedAt === b.deployedAt && a.replicas === b.replicas
}
