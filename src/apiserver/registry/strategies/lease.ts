/** Leases: fields of a feature that is off. Source: kubernetes v1.34, pkg/registry/coordination/lease. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'

export const leaseStrategy: Strategy = {
  allowCreateOnUpdate: true,
  requireResourceVersion: true,
  prepareForCreate: (object) => dropElection(object, undefined),
  prepareForUpdate: dropElection,
}

/** The feature CoordinatedLeaderElection is off. */
function dropElection(object: AnyObject, old: AnyObject | undefined): void {
  const [spec, before] = [object.spec, old?.spec] as (k8s.LeaseSpec | undefined)[]
  for (const field of ['strategy', 'preferredHolder'] as const)
    if (spec !== undefined && before?.[field] === undefined) delete spec[field]
}
