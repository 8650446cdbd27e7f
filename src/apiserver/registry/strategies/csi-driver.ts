/** CSIDrivers: changes are counted, the first object is not. Source: kubernetes v1.34, pkg/registry/storage/csidriver. */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import { sameJson } from '../same-json.ts'
import type { Strategy } from '../strategy.ts'

export const csiDriverStrategy: Strategy = {
  prepareForCreate: dropDisabled,
  prepareForUpdate(object, old) {
    dropDisabled(object)
    if (!sameJson(object.spec, old.spec)) object.metadata.generation = (old.metadata.generation ?? 0) + 1
  },
}

/** How often a driver tells how much it can hold comes with a feature that is off. */
function dropDisabled({ spec }: AnyObject): void {
  delete (spec as k8s.CSIDriverSpec | undefined)?.nodeAllocatableUpdatePeriodSeconds
}
