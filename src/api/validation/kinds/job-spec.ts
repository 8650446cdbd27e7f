/** What a Job asks for, of its own and as the template of a CronJob.
 *  Source: kubernetes v1.34, pkg/apis/batch/validation (validateJobSpec). */
import type { JobSpec } from '../../generated/types.ts'
import { validateDomainPrefixedPath } from '../domain-prefixed-path.ts'
import { type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.ts'
import { nonNegative } from '../numbers.ts'
import { validateTemplate } from '../pod/pod-spec.ts'
import { validateFailurePolicy, validateSuccessPolicy } from './job-policies.ts'

const MAX_MANAGED_BY_BYTES = 63
const MAX_INDEXED_PARALLELISM = 100_000
const MAX_FAILED_INDEXES = 100_000
/** Above it, Jobs that count failures by index have bounds of their own. */
export const MANY_COMPLETIONS = 100_000
const MANY = { parallelism: 10_000, maxFailedIndexes: 10_000 } as const

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const

/** `old` is what it replaces. */
export function validateJobSpec(spec: Partial<JobSpec>, path: string, old?: Partial<JobSpec>): FieldError[] {
  const errors = COUNTS.flatMap((field) => nonNegative(spec[field], `${path}.${field}`))
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'))
  errors.push(...validateManagedBy(spec.managedBy, `${path}.managedBy`), ...validateIndexed(spec, path))
  if (spec.podFailurePolicy !== undefined) errors.push(...validateFailurePolicy(spec, `${path}.podFailurePolicy`))
  if (spec.successPolicy !== undefined) errors.push(...validateSuccessPolicy(spec, `${path}.successPolicy`))
  const replacements = spec.podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed']
  const replacement = spec.podReplacementPolicy
  if (replacement !== undefined && !replacements.includes(replacement))
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, replacements))
  return [
    ...errors,
    ...validateTemplate(spec.template ?? {}, `${path}.template`, old?.template),
    ...validateRestart(spec, `${path}.template.spec.restartPolicy`),
  ]
}

function validateManagedBy(manager: string | undefined, path: string): FieldError[] {
  if (manager === undefined) return []
  const errors = validateDomainPrefixedPath(manager, path)
  if (Buffer.byteLength(manager) > MAX_MANAGED_BY_BYTES) errors.push(tooLong(path, MAX_MANAGED_BY_BYTES))
  return errors
}

/** What only pods that have an index may be counted by. */
function validateIndexed(spec: Partial<JobSpec>, path: string): FieldError[] {
  // The template of a CronJob has no mode until its Job is made.
  const { completionMode: mode, maxFailedIndexes: failed, backoffLimitPerIndex: backoff } = spec
  if (mode === 'Indexed') return validateIndexes(spec, path)
  if (mode !== undefined && mode !== 'NonIndexed')
    return [notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed'])]
  return Object.entries({ backoffLimitPerIndex: backoff, maxFailedIndexes: failed }).flatMap(([field, value]) =>
    value === undefined ? [] : [invalidValue(`${path}.${field}`, value, 'requires indexed completion mode')],
  )
}

function validateIndexes(spec: Partial<JobSpec>, path: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failed, backoffLimitPerIndex: backoff } = spec
  const at = `${path}.maxFailedIndexes`
  const errors: FieldError[] = []
  if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'))
  if (parallelism > MAX_INDEXED_PARALLELISM) {
    const why = `must be less than or equal to ${MAX_INDEXED_PARALLELISM} when completion mode is Indexed`
    errors.push(invalidValue(`${path}.parallelism`, parallelism, why))
  }
  if (failed !== undefined && completions !== undefined && failed > completions)
    errors.push(invalidValue(at, failed, 'must be less than or equal to completions'))
  if (failed !== undefined && failed > MAX_FAILED_INDEXES)
    errors.push(invalidValue(at, failed, `must be less than or equal to ${MAX_FAILED_INDEXES}`))
  if (backoff === undefined || completions === undefined || completions <= MANY_COMPLETIONS) return errors
  if (failed === undefined) errors.push(required(at, `must be specified when completions is above ${MANY_COMPLETIONS}`))
  for (const [field, value = 0] of Object.entries({ parallelism, maxFailedIndexes: failed })) {
    const max = MANY[field as keyof typeof MANY]
    const why = `must be less than or equal to ${max} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`
    if (value > max) errors.push(invalidValue(`${path}.${field}`, value, why))
  }
  return errors
}

function validateRestart({ template, podFailurePolicy }: Partial<JobSpec>, path: string): FieldError[] {
  const policy = template?.spec?.restartPolicy
  // The default, so most likely nothing was said.
  if (!policy || policy === 'Always') return [required(path, 'valid values: "OnFailure", "Never"')]
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])]
  if (podFailurePolicy === undefined || policy === 'Never') return []
  return [invalidValue(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
}
