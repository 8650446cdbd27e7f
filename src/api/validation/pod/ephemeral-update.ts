/** What may change of a pod's ephemeral containers: there may be more of them.
 *  Source: kubernetes v1.34, pkg/apis/core/validation (ValidatePodEphemeralContainersUpdate). */
import type { Pod } from '../../generated/types.ts'
import { type FieldError, forbidden } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import { MIRROR } from './annotations.ts'
import { containerDifference } from './spec-difference.ts'

const PATH = 'spec.ephemeralContainers'

export function validateEphemeralUpdate({ spec }: Pod, old: Pod): FieldError[] {
  if (Object.hasOwn(old.metadata.annotations ?? {}, MIRROR))
    return [forbidden('[]', 'static pods do not support ephemeral containers')]
  const byName = new Map((spec.ephemeralContainers ?? []).map((container) => [container.name, container]))
  return (old.spec.ephemeralContainers ?? []).flatMap((before) => {
    const now = byName.get(before.name)
    const which = `existing ephemeral containers ${JSON.stringify(before.name)}`
    if (now === undefined) return [forbidden(PATH, `${which} may not be removed\n`)]
    return sameValue(now, before)
      ? []
      : [forbidden(PATH, `${which} may not be changed\n${containerDifference(before, now)}`)]
  })
}
