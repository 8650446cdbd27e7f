/** PersistentVolumeClaims. Source: kubernetes v1.34, pkg/apis/core/validation. */
import { dnsSubdomainProblems } from '../../formats/index.ts'
import type { PersistentVolumeClaim } from '../../generated/types.ts'
import { compareQuantities } from '../../quantity/index.ts'
import { type FieldError, forbidden, invalidFormat, invalidValue, notSupported, required } from '../field-error.ts'
import { sameValue } from '../immutable.ts'
import type { KindRules } from '../kind-rules.ts'

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
const STORAGE = 'spec.resources[storage]'

export const persistentVolumeClaimRules: KindRules<PersistentVolumeClaim> = {
  validate: ({ spec }) => {
    if (spec === undefined) return []
    const { accessModes: modes = [], storageClassName: className, volumeMode: mode } = spec
    const errors: FieldError[] = []
    if (modes.length === 0) errors.push(required('spec.accessModes', 'at least 1 access mode is required'))
    for (const one of modes) if (!MODES.includes(one)) errors.push(notSupported('spec.accessModes', one, MODES))
    if (modes.includes('ReadWriteOncePod') && modes.length > 1)
      errors.push(forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes'))
    const storage = spec.resources?.requests?.storage
    if (storage === undefined) errors.push(required(STORAGE))
    else if (compareQuantities(storage, 0) <= 0)
      errors.push(invalidValue(STORAGE, storage, 'must be greater than zero'))
    if (className) errors.push(...invalidFormat('spec.storageClassName', className, dnsSubdomainProblems(className)))
    if (mode && mode !== 'Block' && mode !== 'Filesystem')
      errors.push(notSupported('spec.volumeMode', mode, ['Block', 'Filesystem']))
    return errors
  },
  validateUpdate: ({ spec }, { spec: old }) => {
    const comparable = { ...spec, resources: old.resources, volumeAttributesClassName: old.volumeAttributesClassName }
    // Binding names the volume, and a default storage class may be chosen late.
    if (!old.volumeName) comparable.volumeName = old.volumeName
    if (old.storageClassName === undefined) comparable.storageClassName = undefined
    if (sameValue(comparable, old)) return []
    const why =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
    return [forbidden('spec', why)]
  },
}
