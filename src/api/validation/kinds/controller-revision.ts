/** ControllerRevisions. Source: kubernetes v1.34, pkg/apis/apps/validation (ValidateControllerRevisionCreate). */
import type { ControllerRevision } from '../../generated/types.ts'
import { required } from '../field-error.ts'
import { immutable } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'
import { nonNegative } from '../numbers.ts'

export const controllerRevisionRules: KindRules<ControllerRevision> = {
  validate: ({ data, revision }, old) => {
    const errors = nonNegative(revision, 'revision')
    if (old !== undefined) return errors
    if (data === undefined || data === null) errors.push(required('data', 'data is mandatory'))
    else if (typeof data !== 'object' || Array.isArray(data))
      errors.push(required('data', 'data must be a valid JSON object'))
    return errors
  },
  validateUpdate: ({ data }, { data: old }) => immutable(data, old, 'data'),
}
