/** ResourceSlices. Source: kubernetes v1.34, pkg/apis/resource/validation (ValidateResourceSlice). What belongs to
 *  features that are off does not get here (src/apiserver/registry/strategies/resource). */
import { dnsSubdomainProblems } from '../../../formats/index.ts'
import type { ResourcePool, ResourceSlice, ResourceSliceSpec } from '../../../generated/types.ts'
import { type FieldError, invalidFormat, invalidValue, required } from '../../field-error.ts'
import { immutable } from '../../immutable.ts'
import type { KindRules } from '../../kind-rules.ts'
import { validateNodeSelector } from '../../pod/node-selector.ts'
import { validateSet } from './collections.ts'
import { validateDevice } from './device.ts'
import { internalTerms } from './internal-form.ts'
import { validateDriver, validatePool } from './names.ts'

const MAX_DEVICES = 128
const ONE_OF = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

export const resourceSliceRules: KindRules<ResourceSlice> = {
  reportsMissing: true,
  validate: ({ spec }, old) => [
    ...validateDriver(spec.driver ?? '', 'spec.driver'),
    ...validatePoolOf(spec.pool ?? {}),
    ...(old === undefined ? [] : validateChange(spec, old.spec)),
    ...validatePlace(spec),
    ...validateSet(spec.devices, 'spec.devices', {
      max: MAX_DEVICES,
      check: validateDevice,
      keyOf: ({ name }) => name ?? '',
      keyField: 'name',
    }),
  ],
}

const validateChange = (spec: ResourceSliceSpec, old: ResourceSliceSpec): FieldError[] => [
  ...immutable(spec.pool.name, old.pool.name, 'spec.pool.name'),
  ...immutable(spec.driver, old.driver, 'spec.driver'),
  ...immutable(spec.nodeName, old.nodeName, 'spec.nodeName'),
]

function validatePoolOf({ name = '', resourceSliceCount: count = 0, generation = 0 }: Partial<ResourcePool>) {
  const errors = validatePool(name, 'spec.pool.name')
  if (count <= 0) errors.push(invalidValue('spec.pool.resourceSliceCount', count, 'must be greater than zero'))
  const why = 'must be greater than or equal to zero'
  if (generation < 0) errors.push(invalidValue('spec.pool.generation', generation, why))
  return errors
}

/** From where the devices can be used. */
function validatePlace({ nodeName, nodeSelector, allNodes }: ResourceSliceSpec): FieldError[] {
  const errors: FieldError[] = []
  const given: string[] = []
  if (nodeName) {
    given.push('`nodeName`')
    errors.push(...invalidFormat('spec.nodeName', nodeName, dnsSubdomainProblems(nodeName)))
  } else if (nodeName === '')
    errors.push(invalidValue('spec.nodeName', '', 'must be either unset or set to a non-empty string'))
  if (nodeSelector !== undefined) {
    given.push('`nodeSelector`')
    const at = 'spec.nodeSelector'
    const terms = nodeSelector.nodeSelectorTerms ?? []
    errors.push(...validateNodeSelector(nodeSelector, at))
    if (terms.length !== 1)
      errors.push(
        invalidValue(`${at}.nodeSelectorTerms`, internalTerms(terms), 'must have exactly one node selector term'),
      )
  }
  if (allNodes === true) given.push('`allNodes`')
  else if (allNodes === false) errors.push(invalidValue('spec.allNodes', false, 'must be either unset or set to true'))
  if (given.length === 0) errors.push(required('spec', ONE_OF))
  else if (given.length > 1)
    errors.push(invalidValue('spec', `{${given.join(', ')}}`, `${ONE_OF}, but multiple fields are set`))
  return errors
}
