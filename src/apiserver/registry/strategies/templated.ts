/** Kinds that hold a template of pods: its fields of features that are off are dropped, as those of pods are.
 *  Source: kubernetes v1.34, pkg/api/pod (DropDisabledTemplateFields). */
import type { k8s } from '../../../api/index.ts'
import type { AnyObject } from '../any-object.ts'
import type { Strategy } from '../strategy.ts'
import { dropDisabledPodFields } from './disabled-pod-fields.ts'

interface Holder {
  template?: k8s.PodTemplateSpec | undefined
}

/** `holderOf` is what has the field `template`; unless said otherwise, `spec`. */
export function templated(
  strategy: Strategy,
  holderOf: (object: AnyObject) => Holder | undefined = ({ spec }) => spec as Holder | undefined,
): Strategy {
  const drop = (object: AnyObject, old: AnyObject | undefined) => {
    const spec = holderOf(object)?.template?.spec
    if (spec !== undefined) dropDisabledPodFields(spec, old && holderOf(old)?.template?.spec)
  }
  return {
    ...strategy,
    prepareForCreate(object, backend, context) {
      drop(object, undefined)
      return strategy.prepareForCreate?.(object, backend, context)
    },
    prepareForUpdate(object, old, backend) {
      drop(object, old)
      return strategy.prepareForUpdate?.(object, old, backend)
    },
  }
}
