/** DeviceClasses. Source: kubernetes v1.34, pkg/apis/resource/validation (ValidateDeviceClass). */
import type { DeviceClass } from '../../../generated/types.ts'
import { sameValue } from '../../immutable.ts'
import type { KindRules } from '../../kind-rules.ts'
import { validateEach } from './collections.ts'
import { validateConfiguration } from './configuration.ts'
import { validateSelectors } from './selector.ts'

const MAX_CONFIGS = 32

export const deviceClassRules: KindRules<DeviceClass> = {
  reportsMissing: true,
  validate: ({ spec }) => validateSpec(spec, false),
  // It is looked at twice: as it is, and as what may be kept.
  validateUpdate: ({ spec }, old) => validateSpec(spec, sameValue(spec.config, old.spec.config)),
}

const validateSpec = ({ selectors, config }: DeviceClass['spec'], isStored: boolean) => [
  ...validateSelectors(selectors, 'spec.selectors'),
  ...validateEach(config, MAX_CONFIGS, 'spec.config', (one, at) => validateConfiguration(one, at, isStored)),
]
