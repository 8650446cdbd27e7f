/** The webhooks that are configured, in the order they are asked: configurations by name, then as they stand there.
 *  Source: k8s.io/apiserver v0.34, pkg/admission/configuration. */
import type { k8s } from '../../../api/index.ts'
import { admissionEnvironment, type CompiledCondition, compileCondition } from '../../../api/machinery.ts'
import type { AnyObject } from '../../registry/any-object.ts'

export interface Hook {
  configuration: string
  /** Tells webhooks apart, also those of one name. */
  id: string
  webhook: k8s.ValidatingWebhook & Pick<k8s.MutatingWebhook, 'reinvocationPolicy'>
  /** Its `matchConditions`, compiled when they are first needed. */
  conditions: () => readonly CompiledCondition[]
}

/** For `StoreView.derived`. */
export function hooksOf(configurations: readonly AnyObject[]): readonly Hook[] {
  return configurations.flatMap(({ metadata, webhooks }) =>
    ((webhooks ?? []) as Hook['webhook'][]).map((webhook, index) => {
      let compiled: readonly CompiledCondition[] | undefined
      return {
        configuration: metadata.name,
        id: `${metadata.name}/${webhook.name}/${index}`,
        webhook,
        conditions: () => (compiled ??= compile(webhook.matchConditions ?? [])),
      }
    }),
  )
}

function compile(conditions: readonly k8s.MatchCondition[]): CompiledCondition[] {
  if (conditions.length === 0) return []
  const environment = admissionEnvironment()
  return conditions.map((condition) => compileCondition(condition, environment))
}
