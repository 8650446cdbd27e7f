/** What may be referred to across namespaces: what the namespace it is in has granted. Pure. Source: Gateway API v1.3,
 *  ReferenceGrant. */
import type { gatewayApi } from '../../api/index.ts'

export interface Referrer {
  readonly group: string
  readonly kind: string
  readonly namespace: string | undefined
}

/** Of the core group. */
export interface Referent {
  readonly kind: 'Secret' | 'Service'
  readonly namespace: string | undefined
  readonly name: string
}

/** Within one namespace nothing has to be granted. */
export function mayRefer(
  grants: readonly gatewayApi.ReferenceGrant[],
  referrer: Referrer,
  { kind, namespace, name }: Referent,
): boolean {
  if (namespace === referrer.namespace) return true
  return grants.some(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.from.some(
        (from) => from.group === referrer.group && from.kind === referrer.kind && from.namespace === referrer.namespace,
      ) &&
      spec.to.some((to) => to.group === '' && to.kind === kind && (to.name ?? name) === name),
  )
}
