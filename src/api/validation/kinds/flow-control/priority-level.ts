/** PriorityLevelConfigurations. Source: kubernetes v1.34, pkg/apis/flowcontrol/validation
 *  (ValidatePriorityLevelConfiguration); k8s.io/apiserver v0.34, pkg/util/shufflesharding. */
import { isDeepStrictEqual } from 'node:util'
import { getOwn } from '../../../decode/index.ts'
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../../../generated/types.ts'
import { type FieldError, forbidden, invalidValue, notSupported, required } from '../../field-error.ts'
import type { KindRules } from '../../kind-rules.ts'
import { validateConditions } from './conditions.ts'
import { internalPriorityLevel } from './internal-form.ts'
import { MANDATORY_PRIORITY_LEVELS } from './mandatory.ts'

const MAX_QUEUES = 10_000_000
/** Bits of a flow's hash that dealing it a hand of queues may use up. */
const MAX_HASH_BITS = 60
const ROUNDTRIP = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'

export const priorityLevelRules: KindRules<PriorityLevelConfiguration> = {
  reportsMissing: true,
  validate: ({ metadata, spec, status }) => {
    const name = metadata.name ?? ''
    const errors: FieldError[] = []
    if (metadata.annotations?.[ROUNDTRIP] !== undefined)
      errors.push(forbidden('metadata.annotations', `annotation '${ROUNDTRIP}' is forbidden`))
    if ((name === 'exempt') !== (spec.type === 'Exempt'))
      errors.push(invalidValue('spec.type', spec.type ?? '', "must be 'Exempt' if and only if `name` is 'exempt'"))
    return [...errors, ...validateSpec(spec), ...validateFixed(spec, name), ...validateConditions(status?.conditions)]
  },
  validateStatusUpdate: ({ status }) => validateConditions(status?.conditions),
}

function validateFixed(spec: PriorityLevelConfigurationSpec, name: string): FieldError[] {
  const fixed = getOwn<PriorityLevelConfigurationSpec>(MANDATORY_PRIORITY_LEVELS, name)
  if (fixed === undefined) return []
  const own = internalPriorityLevel(spec)
  const wanted = internalPriorityLevel(fixed)
  if (name !== 'exempt')
    return isDeepStrictEqual(own, wanted)
      ? []
      : [invalidValue('spec', own, `spec of '${name}' must equal the fixed value`)]
  if (isDeepStrictEqual({ ...own, Exempt: wanted.Exempt }, wanted)) return []
  return [invalidValue('spec', own, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`)]
}

function validateSpec({ type, limited, exempt }: PriorityLevelConfigurationSpec): FieldError[] {
  if (type === 'Exempt') {
    const errors = limited === undefined ? [] : [forbidden('spec.limited', 'must be nil if the type is not Limited')]
    if (exempt === undefined) return errors
    const { nominalConcurrencyShares: shares = 0, lendablePercent } = exempt
    if (shares < 0) errors.push(notNegative('spec.exempt.nominalConcurrencyShares', shares))
    return [...errors, ...validatePercent(lendablePercent, 'spec.exempt.lendablePercent')]
  }
  if (type !== 'Limited') return [notSupported('spec.type', type ?? '', ['Exempt', 'Limited'])]
  const errors = exempt === undefined ? [] : [forbidden('spec.exempt', 'must be nil if the type is Limited')]
  if (limited === undefined) return [...errors, required('spec.limited', 'must not be empty when type is Limited')]
  return [...errors, ...validateLimited(limited, 'spec.limited')]
}

const notNegative = (at: string, value: number) => invalidValue(at, value, 'must be a non-negative integer')

const validatePercent = (percent: number | undefined, at: string): FieldError[] =>
  percent === undefined || (percent >= 0 && percent <= 100)
    ? []
    : [invalidValue(at, percent, 'must be between 0 and 100, inclusive')]

function validateLimited(limited: LimitedPriorityLevelConfiguration, at: string): FieldError[] {
  const { nominalConcurrencyShares: shares = 0, lendablePercent, borrowingLimitPercent: borrowed = 0 } = limited
  const errors = shares < 0 ? [notNegative(`${at}.nominalConcurrencyShares`, shares)] : []
  errors.push(...validateResponse(limited.limitResponse ?? {}, `${at}.limitResponse`))
  errors.push(...validatePercent(lendablePercent, `${at}.lendablePercent`))
  const why = 'if specified, must be a non-negative integer'
  if (borrowed < 0) errors.push(invalidValue(`${at}.borrowingLimitPercent`, borrowed, why))
  return errors
}

function validateResponse({ type = '', queuing }: Partial<LimitResponse>, at: string): FieldError[] {
  const path = `${at}.queuing`
  if (type === 'Reject')
    return queuing === undefined ? [] : [forbidden(path, 'must be nil if limited.limitResponse.type is not Limited')]
  if (type !== 'Queue') return [notSupported(`${at}.type`, type, ['Queue', 'Reject'])]
  return queuing === undefined
    ? [required(path, 'must not be empty if limited.limitResponse.type is Limited')]
    : validateQueuing(queuing, path)
}

function validateQueuing({ queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration, at: string) {
  const errors: FieldError[] = []
  const positive = 'must be positive'
  if (queueLengthLimit <= 0) errors.push(invalidValue(`${at}.queueLengthLimit`, queueLengthLimit, positive))
  if (queues <= 0) errors.push(invalidValue(`${at}.queues`, queues, positive))
  else if (queues > MAX_QUEUES)
    errors.push(invalidValue(`${at}.queues`, queues, `must not be greater than ${MAX_QUEUES}`))
  const why = handSizeProblem(queues, handSize)
  return why === undefined ? errors : [...errors, invalidValue(`${at}.handSize`, handSize, why)]
}

function handSizeProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive'
  if (handSize > queues) return `should not be greater than queues (${queues})`
  if (Math.ceil(Math.log2(queues) * handSize) <= MAX_HASH_BITS) return undefined
  return `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MAX_HASH_BITS}`
}
